package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A foreign key of an existing database; one of a partitioned table stands for those of its partitions.
 *
 * @param from the table that refers; the topmost one of a partitioned table
 * @param to the table that is referred to; the topmost one of a partitioned table
 * @param columns of {@code from}, in the key's order
 * @param referenced of {@code to}, in the same order
 * @param equals the operators, {@code schema.=}, that compare a referenced column with a referring one
 * @param fromOnly whether it holds for {@code from} itself and not for what inherits from it
 * @param toOnly whether it finds rows of {@code to} itself only
 */
public record ForeignKey(
        String name,
        TableName from,
        TableName to,
        List<String> columns,
        List<String> referenced,
        List<String> equals,
        boolean fromOnly,
        boolean toOnly) {
    public ForeignKey {
        columns = List.copyOf(columns);
        referenced = List.copyOf(referenced);
        equals = List.copyOf(equals);
    }

    /** Counts the rows that refer to nothing. */
    String violations() {
        String filled = columns.stream()
                .map(column -> "f." + Sql.quote(column) + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
        String same = IntStream.range(0, columns.size())
                .mapToObj(i -> "p." + Sql.quote(referenced.get(i)) + " OPERATOR(" + equals.get(i) + ") f."
                        + Sql.quote(columns.get(i)))
                .collect(Collectors.joining(" AND "));
        return "SELECT count(*) FROM " + (fromOnly ? "ONLY " : "") + from.quoted() + " f WHERE " + filled
                + " AND NOT EXISTS (SELECT FROM " + (toOnly ? "ONLY " : "") + to.quoted() + " p WHERE " + same + ")";
    }

    /** For people. */
    @Override
    public String toString() {
        return "foreign key " + name + " of " + from + " to " + to;
    }
}
