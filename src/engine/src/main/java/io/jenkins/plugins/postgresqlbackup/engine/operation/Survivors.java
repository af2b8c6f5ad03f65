package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowAddresses;
import java.io.IOException;

/** Those rows of a base that its delta says are still there: two lists of growing addresses are walked side by side. */
final class Survivors implements RowLines.Filter {
    private static final String IN_BASE = "the addresses of the base's rows are damaged";
    private static final String IN_DELTA = "the addresses of the rows that are still there are damaged";

    private final String range;
    private final RowAddresses.Reader base;
    private final RowAddresses.Reader alive;
    private boolean expecting;

    /**
     * Both lists packed.
     *
     * @param range for messages
     * @param base one address for each of the base's rows, in their order
     */
    Survivors(String range, byte[] base, byte[] alive) throws IOException {
        this.range = range;
        this.base = new RowAddresses.Reader(base);
        this.alive = new RowAddresses.Reader(alive);
        expecting = next(this.alive, IN_DELTA);
    }

    @Override
    public boolean wantsNext() throws IOException {
        if (!next(base, IN_BASE)) {
            throw damage("the base has more rows than the " + base.count() + " whose addresses are kept");
        }
        if (expecting && alive.address() < base.address()) {
            throw stranger();
        }
        if (!expecting || alive.address() != base.address()) {
            return false;
        }
        expecting = next(alive, IN_DELTA);
        return true;
    }

    /** To be called at the base's end. */
    void requireEnd(long baseRows) throws IOException {
        if (expecting) {
            throw stranger();
        }
        long rows = base.count();
        if (next(base, IN_BASE)) {
            throw damage("the base has only " + rows + " rows, and there are addresses of more");
        }
        if (rows != baseRows) {
            throw damage("the base has " + rows + " rows and not the " + baseRows + " that it was written with");
        }
    }

    private IOException stranger() {
        return damage("a row is said to be still there at " + RowAddresses.text(alive.address())
                + ", where the base has none");
    }

    private boolean next(RowAddresses.Reader reader, String orElse) throws IOException {
        try {
            return reader.next();
        } catch (IllegalArgumentException e) {
            IOException damage = damage(orElse + " (" + e.getMessage() + ")");
            damage.initCause(e);
            throw damage;
        }
    }

    private IOException damage(String what) {
        return new IOException("The rows of " + range + " cannot be put together: " + what
                + "; verify the backup and restore another one.");
    }
}
