package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/**
 * The digest of a set of rows, whatever their order: how many, and the sum modulo 2^64 of {@link RowHash} over their
 * COPY text lines. It adds up: ranges to tables, tables to databases.
 */
public record RowDigest(long count, long sum) {
    public static final RowDigest EMPTY = new RowDigest(0, 0);

    public RowDigest plus(RowDigest other) {
        return new RowDigest(Math.addExact(count, other.count), sum + other.sum);
    }

    /** {@code 42 rows, 0123456789abcdef}. */
    @Override
    public String toString() {
        return "%d rows, %016x".formatted(count, sum);
    }
}
