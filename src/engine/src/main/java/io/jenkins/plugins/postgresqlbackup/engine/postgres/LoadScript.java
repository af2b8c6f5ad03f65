package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/** Parts of a script for psql that fills a database; what pg_restore would do besides definitions. Each begins with the settings it needs. */
public final class LoadScript {
    /** Rows mean what they meant when they were read, and nothing ends or refuses the load. */
    static final String SESSION = """
            SET client_encoding = 'UTF8';
            SET standard_conforming_strings = on;
            SET search_path = '';
            SET datestyle = 'ISO, MDY';
            SET intervalstyle = 'postgres';
            SET timezone = 'UTC';
            SET lc_monetary = 'C';
            SET xmloption = content;
            SET array_nulls = on;
            SET row_security = off;
            SET default_transaction_read_only = off;
            SET statement_timeout = 0;
            SET lock_timeout = 0;
            """;

    private static final int AT_ONCE = 500;

    private LoadScript() {}

    /** The file of one table begins so; its rows follow, and {@link #END_OF_ROWS}. */
    public static byte[] beginRows(Table table, String encoding) {
        Charset charset = ServerEncoding.charset(encoding);
        String emptying = table.kind() == TableKind.EXTENSION_CONFIGURATION
                ? "DELETE FROM ONLY " + table.qualified()
                        + table.condition().map(condition -> " " + condition).orElse("") + ";\n"
                : "";
        String session = SESSION.replace("'UTF8'", Sql.literal(ServerEncoding.clientEncoding(encoding)));
        return (session + emptying + RowCopy.statement(table, encoding, false) + ";\n").getBytes(charset);
    }

    /** Ends a COPY's rows in a script. */
    public static final String END_OF_ROWS = "\\.\n";

    /** Sets sequences to where they were. */
    public static String sequences(List<SequenceValue> values) {
        StringBuilder script = new StringBuilder(SESSION);
        for (int from = 0; from < values.size(); from += AT_ONCE) {
            List<SequenceValue> some = values.subList(from, Math.min(values.size(), from + AT_ONCE));
            script.append("SELECT pg_catalog.count(pg_catalog.setval(v.name::regclass, v.value, v.called))")
                    .append(" AS pgbackup_result FROM ")
                    .append(Sequences.rows(some))
                    .append(" \\gset\n");
        }
        return script.toString();
    }

    /**
     * Computes those views anew that were populated. One may read another in a way that no catalogue shows: what fails
     * is tried again after the others, and then must not fail.
     *
     * @param views each after those it reads, as far as the catalogue knows
     */
    public static String materializedViews(List<MaterializedView> views) {
        List<MaterializedView> populated =
                views.stream().filter(MaterializedView::populated).toList();
        StringBuilder script = new StringBuilder(MaterializedViews.SESSION).append(";\n");
        if (populated.size() > 1) {
            script.append("\\set ON_ERROR_STOP off\n");
            populated.forEach(view -> script.append(refresh(view)).append(";\n"));
            script.append("\\set ON_ERROR_STOP on\n");
        }
        for (MaterializedView view : populated) {
            script.append("SELECT ")
                    .append(Sql.literal(refresh(view)))
                    .append(" FROM pg_catalog.pg_class WHERE oid = ")
                    .append(Sql.literal(view.qualified()))
                    .append("::regclass AND NOT relispopulated \\gexec\n");
        }
        return script.toString();
    }

    private static String refresh(MaterializedView view) {
        return "REFRESH MATERIALIZED VIEW " + view.qualified();
    }

    /** Gathers the planner's statistics; where that cannot be done it is a pity and nothing more. */
    public static String statistics() {
        return "\\set ON_ERROR_STOP off\nSELECT pg_catalog.format('ANALYZE %I.%I', t.nspname, t.relname) FROM (\n"
                + Analysis.TARGETS + ") AS t \\gexec\n\\set ON_ERROR_STOP on\n";
    }

    /** Gives the database that psql is connected to the source's owner, grants, comment and settings, but not its connection limit. */
    public static String databaseProperties(DatabaseProperties source, boolean owners, boolean privileges) {
        List<String> statements = new ArrayList<>();
        Handover.statements(":\"DBNAME\"", source, owners, privileges).forEach(sql -> statements.add(sql + ";\n"));
        return SESSION + String.join("", statements);
    }

    /** The connection limit, for the end of all; nothing if there is none. */
    public static String connectionLimit(DatabaseProperties source) {
        return source.connectionLimit() == -1
                ? ""
                : "ALTER DATABASE :\"DBNAME\" CONNECTION LIMIT " + source.connectionLimit() + ";\n";
    }
}
