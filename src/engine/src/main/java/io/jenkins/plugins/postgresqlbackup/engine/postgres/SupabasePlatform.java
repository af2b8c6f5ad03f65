package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What Supabase itself creates in each project, so that a restore into another project finds it there. Rows of
 * {@code auth} and {@code storage} are the user's, their definitions are not. {@code supabase_migrations} is the
 * user's own; extensions' tables ({@code cron.job}) go by the rule for extensions.
 */
final class SupabasePlatform {
    private static final Set<String> ROWS_ONLY = Set.of("auth", "storage");

    /** The platform's record of its own updates to these schemas: the other project has its own. */
    private static final Set<TableName> HISTORY =
            Set.of(new TableName("auth", "schema_migrations"), new TableName("storage", "migrations"));

    private static final Map<String, String> LEFT_OUT = leftOut();

    private SupabasePlatform() {}

    private static Map<String, String> leftOut() {
        Map<String, String> schemas = new LinkedHashMap<>();
        String internal = "Supabase's own; each project has it";
        for (String schema : new String[] {
            "_analytics",
            "_realtime",
            "_supavisor",
            "dbdev",
            "etl",
            "extensions",
            "graphql",
            "graphql_public",
            "pgbouncer",
            "pgtle",
            "repack",
            "supabase_functions"
        }) {
            schemas.put(schema, internal);
        }
        schemas.put("realtime", internal + "; messages under way are not kept");
        schemas.put("net", internal + "; web requests under way are not kept");
        String secrets = "encrypted with a key that is not in the database and that another project does not have;"
                + " note its secrets elsewhere";
        schemas.put("vault", secrets);
        schemas.put("pgsodium", secrets);
        schemas.put("pgsodium_masks", secrets);
        return schemas;
    }

    /** Why this schema is left out; empty when it is not. */
    static Optional<String> leftOut(String schema) {
        return Optional.ofNullable(LEFT_OUT.get(schema));
    }

    /** The schemas whose definitions the schema archive must not have. */
    static Set<String> undefinedSchemas() {
        Set<String> schemas = new java.util.TreeSet<>(LEFT_OUT.keySet());
        schemas.addAll(ROWS_ONLY);
        return schemas;
    }

    static boolean rowsOnly(String schema) {
        return ROWS_ONLY.contains(schema);
    }

    static boolean history(TableName table) {
        return HISTORY.contains(table);
    }
}
