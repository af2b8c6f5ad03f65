package io.jenkins.plugins.postgresqlbackup.ui;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import java.util.List;

/** One page of a long list. Immutable. */
public final class Pager<T> {
    static final int SIZE = 25;

    private final List<T> all;
    private final Query query;
    private final int page;

    Pager(List<T> all, Query query) {
        this.all = all;
        this.query = query;
        this.page = Math.min(query.page(), Math.max(1, pages()));
    }

    private int pages() {
        return (all.size() + SIZE - 1) / SIZE;
    }

    private int begin() {
        return (page - 1) * SIZE;
    }

    private int end() {
        return Math.min(all.size(), begin() + SIZE);
    }

    /** Those of this page. */
    public List<T> getItems() {
        return all.subList(begin(), end());
    }

    public boolean isNone() {
        return all.isEmpty();
    }

    /** Whether there is more than this page. */
    public boolean isLong() {
        return pages() > 1;
    }

    public String getFirst() {
        return Amounts.count(begin() + 1L);
    }

    public String getLast() {
        return Amounts.count(end());
    }

    public String getTotal() {
        return Amounts.count(all.size());
    }

    /** Null on the first page. */
    @CheckForNull
    public String getPreviousUrl() {
        return page > 1 ? query.url(page - 1) : null;
    }

    /** Null on the last page. */
    @CheckForNull
    public String getNextUrl() {
        return page < pages() ? query.url(page + 1) : null;
    }
}
