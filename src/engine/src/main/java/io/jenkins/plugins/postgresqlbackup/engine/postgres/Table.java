package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A table whose rows are saved.
 *
 * @param oid its oid in the source database
 * @param schema its schema
 * @param name its name in that schema
 * @param kind what it is to the schema around it
 * @param columns the columns whose values are stored, in attribute order; may be empty, then each row is an empty line
 * @param pages its main fork's size in blocks when it was looked up
 * @param bytes its size with its TOAST table, without indexes, when it was looked up
 * @param unlogged whether a crash of the server empties it
 * @param blockRanges whether it may be read by block ranges (else as a whole, and it has no row addresses)
 * @param condition the rows of an extension's configuration table that are its user's, as SQL after WHERE
 * @param loadThrough the partitioned table through which rows must be loaded, because the partition that a row
 *     belongs to may be another one after a restore (hash partitions keyed by an enum)
 * @param filenode its file, which becomes another one when it is truncated or rewritten; 0: not told
 * @param fingerprint of everything that its rows' text depends on besides the rows; empty when that cannot be told, because
 *     of columns that show other objects' names
 */
public record Table(
        long oid,
        String schema,
        String name,
        TableKind kind,
        List<Column> columns,
        long pages,
        long bytes,
        boolean unlogged,
        boolean blockRanges,
        Optional<String> condition,
        Optional<TableName> loadThrough,
        long filenode,
        Optional<String> fingerprint) {
    public Table {
        columns = List.copyOf(columns);
    }

    public TableName tableName() {
        return new TableName(schema, name);
    }

    /** The same table, its columns read in the order of these names; those not among them come last. */
    public Table withColumnsInOrderOf(List<String> names) {
        Map<String, Integer> positions = new HashMap<>();
        names.forEach(name -> positions.put(name, positions.size()));
        List<Column> ordered = new ArrayList<>(columns);
        ordered.sort(Comparator.comparingInt(column -> positions.getOrDefault(column.name(), Integer.MAX_VALUE)));
        return new Table(
                oid,
                schema,
                name,
                kind,
                ordered,
                pages,
                bytes,
                unlogged,
                blockRanges,
                condition,
                loadThrough,
                filenode,
                fingerprint);
    }

    /** For SQL: {@code "schema"."name"}. */
    public String qualified() {
        return Sql.quote(schema, name);
    }

    /** For SQL: the stored columns, quoted, with commas between; empty for a table without columns. */
    public String columnList() {
        return Sql.quoteAll(columns.stream().map(Column::name).collect(Collectors.toList()));
    }
}
