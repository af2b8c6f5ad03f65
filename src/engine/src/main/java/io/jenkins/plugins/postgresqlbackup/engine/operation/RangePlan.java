package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.BlockRange;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.BlockRanges;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Table;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Divides tables into block ranges: those that earlier runs hold keep their boundaries, what is between and behind them is divided anew. Pure; for
 * one thread.
 */
final class RangePlan {
    private final Origins origins;
    private final Standpoint standpoint;
    private final long rangeBytes;
    private final List<ParallelRead.Task> tasks = new ArrayList<>();
    private final List<Manifest.Fallback> fallbacks = new ArrayList<>();
    private final Set<Manifest.TableName> told = new HashSet<>();

    RangePlan(Origins origins, Standpoint standpoint, long rangeBytes) {
        this.origins = origins;
        this.standpoint = standpoint;
        this.rangeBytes = rangeBytes;
    }

    /** As if there had been no run before. */
    static List<ParallelRead.Task> anew(List<Table> tables, long rangeBytes) {
        RangePlan plan = new RangePlan(Origins.NONE, null, rangeBytes);
        return plan.tasks(tables);
    }

    /** Largest tables first, so that one huge table keeps all workers busy. */
    List<ParallelRead.Task> tasks(List<Table> tables) {
        Map<Origin, String> distrusted = origins.distrusted(standpoint);
        distrusted.forEach((origin, reason) -> fallbacks.add(new Manifest.Fallback(
                null,
                "Transaction ids do not tell what has changed since " + origin.described() + ", for " + reason
                        + (standpoint.digestsAgree()
                                ? "; the database compared its rows' digests instead."
                                : "; and the server's digests cannot be used, so everything was read anew."))));
        tables.forEach(table -> plan(table, distrusted));
        tasks.sort(Comparator.comparingLong(
                        (ParallelRead.Task task) -> task.table().bytes())
                .reversed()
                .thenComparing(task -> task.table().tableName())
                .thenComparingLong(task -> task.range().first()));
        return List.copyOf(tasks);
    }

    /** What could not be told from transaction ids, and why. */
    List<Manifest.Fallback> fallbacks() {
        return List.copyOf(fallbacks);
    }

    private void plan(Table table, Map<Origin, String> distrusted) {
        NavigableMap<Long, Known> known = new TreeMap<>();
        if (table.blockRanges()) {
            for (Origin origin : origins.usable(standpoint)) {
                origin.entry(table, standpoint.server())
                        .ifPresent(entry -> addKnown(known, table, entry, origin, distrusted.containsKey(origin)));
            }
        }
        long covered = 0;
        for (Known one : known.values()) {
            gap(table, covered, one.range().first());
            BlockRange range = blocks(one.range());
            tasks.add(task(table, range, Optional.of(one)));
            covered = range.end();
        }
        gap(table, covered, BlockRange.OPEN);
    }

    private void addKnown(
            NavigableMap<Long, Known> known,
            Table table,
            Manifest.TableEntry entry,
            Origin origin,
            boolean distrusted) {
        Optional<String> reason = Optional.empty();
        if (entry.columns().size() != table.columns().size() || entry.extensionCondition() != null) {
            fallback(entry, table, "it has other columns than in " + origin.described() + "; it was read anew");
            return;
        }
        if (!distrusted) {
            reason = Trust.reasonAgainst(entry, table);
            reason.ifPresent(why -> fallback(
                    entry,
                    table,
                    why
                            + (standpoint.digestsAgree()
                                    ? "; the database compared its rows' digests instead"
                                    : "; it was read anew")));
        }
        boolean digest = distrusted || reason.isPresent();
        if (digest && !standpoint.digestsAgree()) {
            return;
        }
        for (Manifest.Range range : inherited(table, entry)) {
            if (origins.there(origin, range) && !overlaps(known, range)) {
                known.put(
                        range.first(),
                        new Known(range, origin, digest ? Known.Check.DIGEST : Known.Check.HORIZON, false));
            }
        }
    }

    /** Once a table, even if both a parent and an interrupted run hold it. */
    private void fallback(Manifest.TableEntry entry, Table table, String reason) {
        if (entry.ranges().isEmpty()) {
            return;
        }
        Manifest.TableName name = new Manifest.TableName(table.schema(), table.name());
        if (told.add(name)) {
            fallbacks.add(new Manifest.Fallback(name, reason));
        }
    }

    private static boolean overlaps(NavigableMap<Long, Known> known, Manifest.Range range) {
        Map.Entry<Long, Known> before = known.floorEntry(range.first());
        if (before != null && end(before.getValue().range()) > range.first()) {
            return true;
        }
        Map.Entry<Long, Known> after = known.ceilingEntry(range.first());
        return after != null && after.getKey() < end(range);
    }

    /**
     * The ranges as they were, but an open-ended last one that has grown to more than one range's size ends where the table ended then, if that is
     * worth a range.
     */
    private List<Manifest.Range> inherited(Table table, Manifest.TableEntry entry) {
        List<Manifest.Range> ranges = new ArrayList<>(entry.ranges());
        if (ranges.isEmpty() || ranges.get(ranges.size() - 1).end() != null || table.pages() <= entry.pages()) {
            return ranges;
        }
        Manifest.Range last = ranges.remove(ranges.size() - 1);
        long target = Math.max(1, Math.round((double) table.pages() * rangeBytes / Math.max(1, table.bytes())));
        if (table.pages() - last.first() <= target + target / 2) {
            ranges.add(last);
        } else if (entry.pages() - last.first() >= Math.max(1, target / 2)) {
            ranges.add(last.endingAt(entry.pages()));
        }
        return ranges;
    }

    private void gap(Table table, long from, long end) {
        if (from < end) {
            BlockRanges.plan(table, from, end, rangeBytes)
                    .forEach(range -> tasks.add(task(table, range, Optional.empty())));
        }
    }

    private ParallelRead.Task task(Table table, BlockRange range, Optional<Known> known) {
        long blocks = Math.max(0, Math.min(range.end(), table.pages()) - range.first());
        long bytes = table.pages() == 0 ? table.bytes() : (long) ((double) table.bytes() * blocks / table.pages());
        return new ParallelRead.Task(table, range, bytes, known);
    }

    private static BlockRange blocks(Manifest.Range range) {
        return new BlockRange(range.first(), end(range));
    }

    private static long end(Manifest.Range range) {
        return range.end() == null ? BlockRange.OPEN : range.end();
    }
}
