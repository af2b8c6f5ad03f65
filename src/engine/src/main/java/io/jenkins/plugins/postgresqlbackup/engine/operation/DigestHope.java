package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Table;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Whether comparing digests still promises anything: once more of a table's block ranges were found changed than unchanged, reading the rest at once
 * is cheaper than digesting it first. Thread-safe.
 */
final class DigestHope {
    private static final int PATIENCE = 2;

    private final ConcurrentMap<Long, Integer> surplus = new ConcurrentHashMap<>();

    boolean of(Table table) {
        return surplus.getOrDefault(table.oid(), 0) > -PATIENCE;
    }

    void learn(Table table, boolean same) {
        surplus.merge(table.oid(), same ? 1 : -1, Integer::sum);
    }
}
