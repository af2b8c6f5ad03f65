package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.StringJoiner;

/** The SQL that reads a table's rows, or something else of them, by block ranges and in their order on disk. */
final class TableQuery {
    private static final long HIGHEST_BLOCK = 0xfffffffeL;
    private static final long LOW_BITS = 0xffffffffL;
    private static final long FIRST_NORMAL_XID = 3;

    private TableQuery() {}

    /** COPY of the stored columns as text in the server's own encoding, so that no byte is converted. */
    static String rows(Table table, BlockRange range, String serverEncoding) {
        return "COPY (SELECT " + table.columnList() + from(table, range) + ") TO STDOUT (ENCODING "
                + Sql.literal(serverEncoding) + ")";
    }

    /** COPY of one binary value: each row's address as tidsend has it, six bytes. */
    static String addresses(Table table, BlockRange range) {
        return "COPY (SELECT string_agg(tidsend(ctid), ''::bytea)" + from(table, range) + ") TO STDOUT (FORMAT binary)";
    }

    /** {@link #rows} of young rows only. */
    static String youngRows(Table table, BlockRange range, long horizon, String serverEncoding) {
        return "COPY (SELECT " + table.columnList() + from(table, range, young(table, horizon))
                + ") TO STDOUT (ENCODING " + Sql.literal(serverEncoding) + ")";
    }

    /**
     * COPY of binary values: how many rows there are, the sum of their digest as text, and the {@link #addresses} of those
     * that are not young.
     */
    static String survey(Table table, BlockRange range, long horizon) {
        return "COPY (SELECT count(*), " + DigestQuery.sum(table.columns())
                + "::text, string_agg(tidsend(ctid), ''::bytea) FILTER (WHERE NOT (" + young(table, horizon) + "))"
                + from(table, range) + ") TO STDOUT (FORMAT binary)";
    }

    /** How many rows there are, and how many of them are young for each horizon. */
    static String counts(Table table, BlockRange range, long... horizons) {
        StringBuilder sql = new StringBuilder("SELECT count(*)");
        for (long horizon : horizons) {
            sql.append(", count(*) FILTER (WHERE ")
                    .append(young(table, horizon))
                    .append(')');
        }
        return sql.append(from(table, range)).toString();
    }

    /** The digest of the rows, computed by the server. */
    static String digest(Table table, BlockRange range) {
        return DigestQuery.of(table.columns(), from(table, range));
    }

    /**
     * Whether a row was made by a transaction at or above the horizon. Transaction ids go round, so it is their
     * distance from now that counts, and both must be told by the same statement: {@code age} has one now for each
     * transaction. The horizon's is computed once, and for most rows the first comparison is the last.
     */
    private static String young(Table table, long horizon) {
        if (!table.blockRanges()) {
            throw new IllegalArgumentException("Rows of " + table.tableName() + " do not tell how old they are");
        }
        long xid = Math.max(horizon & LOW_BITS, FIRST_NORMAL_XID);
        return "age(xmin) <= (SELECT age('" + xid + "'::xid)) AND age(xmin) >= 0";
    }

    private static String from(Table table, BlockRange range) {
        return from(table, range, "");
    }

    private static String from(Table table, BlockRange range, String wanted) {
        if (!table.blockRanges() && !range.equals(BlockRange.WHOLE)) {
            throw new IllegalArgumentException(table.tableName() + " can only be read as a whole");
        }
        StringJoiner conditions = new StringJoiner(" AND ", " WHERE ", "").setEmptyValue("");
        // Inheritance children are tables of their own: without ONLY their rows would come twice.
        StringBuilder sql = new StringBuilder(" FROM ONLY ").append(table.qualified());
        table.condition().ifPresent(condition -> sql.append(' ').append(condition));
        if (range.first() > 0) {
            conditions.add("ctid >= '(" + range.first() + ",0)'");
        }
        if (range.end() <= HIGHEST_BLOCK) {
            conditions.add("ctid < '(" + range.end() + ",0)'");
        }
        if (!wanted.isEmpty()) {
            conditions.add(wanted);
        }
        return sql.append(conditions).toString();
    }
}
