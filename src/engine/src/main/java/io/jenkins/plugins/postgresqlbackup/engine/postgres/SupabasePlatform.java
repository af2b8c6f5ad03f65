package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What Supabase itself creates in each project, so that a restore into another project finds it there.
 *
 * <p>The schema archive holds the definitions of {@code auth}, {@code storage} and {@code realtime} too, though they are
 * the platform's: the user's triggers and policies hang on them, and a drill elsewhere needs what foreign keys point to.
 * {@code extensions} is where users put extensions, and {@code supabase_migrations} is wholly theirs: both are saved like
 * any schema. Extensions' own tables ({@code cron.job}) go by the rule for extensions.
 */
final class SupabasePlatform {
    /** The roles of the platform that no user is a member of, as a regular expression. */
    static final String ROLES = "(supabase_\\w+|dashboard_user|authenticator|pgbouncer|pgsodium_\\w+)";

    /** Where both the platform and users put extensions and what goes with them. */
    static final String SHARED = "extensions";

    private static final Set<String> WITH_ROWS = Set.of("auth", "storage");
    private static final Set<String> WITHOUT_ROWS = Set.of("realtime");

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
            "graphql",
            "graphql_public",
            "pgbouncer",
            "pgtle",
            "repack",
            "supabase_functions"
        }) {
            schemas.put(schema, internal);
        }
        schemas.put("net", internal + "; web requests under way are not kept");
        String secrets = "encrypted with a key that is not in the database and that another project does not have;"
                + " note its secrets elsewhere";
        schemas.put("vault", secrets);
        schemas.put("pgsodium", secrets);
        schemas.put("pgsodium_masks", secrets);
        return Collections.unmodifiableMap(schemas);
    }

    /** Why this schema is left out altogether; empty when it is not. */
    static Optional<String> leftOut(String schema) {
        return Optional.ofNullable(LEFT_OUT.get(schema));
    }

    /** The schemas of which the schema archive has nothing. */
    static Set<String> undefinedSchemas() {
        return LEFT_OUT.keySet();
    }

    /** What of this schema comes from the platform although the archive has its definition. */
    static Optional<LeftOut> partlyLeftOut(String schema) {
        if (WITH_ROWS.contains(schema)) {
            return Optional.of(new LeftOut(
                    "definitions in schema " + schema,
                    "they come from the platform; rows, and your own triggers and policies, are kept"));
        }
        if (WITHOUT_ROWS.contains(schema)) {
            return Optional.of(new LeftOut(
                    "definitions and rows in schema " + schema,
                    "they come from the platform, and messages under way are not kept; your own policies are"));
        }
        return Optional.empty();
    }

    /** Whether the platform creates this schema's tables, which the archive has all the same. */
    static boolean owns(String schema) {
        return WITH_ROWS.contains(schema) || WITHOUT_ROWS.contains(schema);
    }

    /** Whether rows of this table of the platform are the user's. */
    static boolean keepsRows(TableName table) {
        return WITH_ROWS.contains(table.schema()) && !HISTORY.contains(table);
    }

    /** Whether it is the platform's record of its own updates. */
    static boolean history(TableName table) {
        return HISTORY.contains(table);
    }

    /** The schemas that each project has and whose definitions are the platform's alone, but for rules on tables. */
    static Set<String> schemas() {
        Set<String> schemas = new TreeSet<>(LEFT_OUT.keySet());
        schemas.addAll(WITH_ROWS);
        schemas.addAll(WITHOUT_ROWS);
        return schemas;
    }

    /** The schemas by which a project is recognised. */
    static Set<String> characteristic() {
        return WITH_ROWS;
    }
}
