package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Table;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Whether nearly all block ranges of a table were found changed so far. Then it is no use to ask first whether the next one is: that costs a tenth of what is
 * asked afterwards, which tells it too. Thread-safe.
 */
final class ChangeHabit {
    private static final int ENOUGH_SEEN = 5;
    private static final double NEARLY_ALL = 0.9;

    private final ConcurrentMap<Long, Tally> tallies = new ConcurrentHashMap<>();

    private record Tally(int seen, int changed) {
        static final Tally NONE = new Tally(0, 0);

        Tally plus(Tally other) {
            return new Tally(seen + other.seen, changed + other.changed);
        }
    }

    boolean of(Table table) {
        Tally tally = tallies.getOrDefault(table.oid(), Tally.NONE);
        return tally.seen() >= ENOUGH_SEEN && tally.changed() > NEARLY_ALL * tally.seen();
    }

    void learn(Table table, boolean changed) {
        tallies.merge(table.oid(), new Tally(1, changed ? 1 : 0), Tally::plus);
    }
}
