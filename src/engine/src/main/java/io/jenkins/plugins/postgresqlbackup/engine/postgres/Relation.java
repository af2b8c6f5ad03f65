package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;
import java.util.Optional;

/**
 * A row of {@code pg_class} with what the choice of tables depends on.
 *
 * @param kind {@code relkind}
 * @param persistence {@code relpersistence}
 * @param extension the extension it belongs to
 * @param configured whether that extension registered it as configuration
 * @param condition that registration's clause, which starts with WHERE; empty when all rows count
 * @param usable whether the role has USAGE on the schema
 * @param selectable whether the role has SELECT on it
 * @param filtered whether row-level security would hide rows from the role
 * @param loadThrough the root of its partitions when rows must be loaded through that
 * @param ancestors the oids of the partitioned tables above it
 * @param ownerTable the oid of the table that a sequence belongs to, or 0
 * @param identity whether that sequence is its table's identity column's
 */
record Relation(
        long oid,
        TableName name,
        char kind,
        char persistence,
        boolean partition,
        boolean heap,
        Optional<String> extension,
        boolean configured,
        Optional<String> condition,
        boolean usable,
        boolean selectable,
        boolean filtered,
        boolean populated,
        Optional<TableName> loadThrough,
        List<Long> ancestors,
        long ownerTable,
        boolean identity) {
    /** Whether it can have rows of its own that a backup would hold. */
    boolean table() {
        return kind == 'r';
    }

    /** Whether LOCK TABLE takes it and a backup depends on its definition. */
    boolean lockable() {
        return kind == 'r' || kind == 'p';
    }

    /** For people: what it is, and its name. */
    String described() {
        String what =
                switch (kind) {
                    case 'r', 'p' -> "table";
                    case 'f' -> "foreign table";
                    case 'S' -> "sequence";
                    case 'm' -> "materialised view";
                    default -> "view";
                };
        return what + ' ' + name;
    }
}
