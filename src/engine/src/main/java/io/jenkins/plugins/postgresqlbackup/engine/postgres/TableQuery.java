package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** The SQL that reads a table's rows, or something else of them, by block ranges and in their order on disk. */
final class TableQuery {
    private static final long HIGHEST_BLOCK = 0xfffffffeL;

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

    private static String from(Table table, BlockRange range) {
        if (!table.blockRanges() && !range.equals(BlockRange.WHOLE)) {
            throw new IllegalArgumentException(table.tableName() + " can only be read as a whole");
        }
        // Inheritance children are tables of their own: without ONLY their rows would come twice.
        StringBuilder sql = new StringBuilder(" FROM ONLY ").append(table.qualified());
        table.condition().ifPresent(condition -> sql.append(' ').append(condition));
        if (range.first() > 0) {
            sql.append(" WHERE ctid >= '(").append(range.first()).append(",0)'");
        }
        if (range.end() <= HIGHEST_BLOCK) {
            sql.append(range.first() > 0 ? " AND" : " WHERE")
                    .append(" ctid < '(")
                    .append(range.end())
                    .append(",0)'");
        }
        return sql.toString();
    }
}
