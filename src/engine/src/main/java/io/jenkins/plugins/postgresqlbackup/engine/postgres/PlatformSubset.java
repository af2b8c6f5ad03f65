package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The part of a schema archive that is the user's in a project of a managed platform. What the platform owns is in the
 * target already and is left out beforehand, so that nothing of it is touched and pg_restore meets no error on its way:
 * its schemas, its extensions, event triggers, publications, default privileges. Of the schemas whose rows are the
 * user's, the triggers and policies that the target lacks come back: the user has put them there.
 */
public final class PlatformSubset {
    private static final String SHARED_NAMES = """
            WITH s AS (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'extensions')
            SELECT relname FROM pg_catalog.pg_class WHERE relnamespace IN (SELECT oid FROM s)
            UNION
            SELECT proname FROM pg_catalog.pg_proc WHERE pronamespace IN (SELECT oid FROM s)
            UNION
            SELECT typname FROM pg_catalog.pg_type WHERE typnamespace IN (SELECT oid FROM s)
            """;

    private static final Set<String> ABOUT = Set.of("COMMENT", "SECURITY LABEL");

    private final TableOfContents all;
    private final Target target;
    private final Set<Integer> dropped = new HashSet<>();
    private final TreeMap<String, Integer> leftOut = new TreeMap<>();

    /** What the target has, and as whom we may act there. */
    private record Target(
            Set<String> extensions,
            Set<String> eventTriggers,
            Set<String> publications,
            Set<String> roles,
            Set<String> shared,
            List<Attached> attached) {}

    /** A trigger or policy of a platform's table. */
    private record Attached(String kind, String schema, String table, String name) {
        boolean is(TocEntry entry) {
            return entry.is(kind) && entry.tagged(schema, table + " " + name);
        }
    }

    private PlatformSubset(TableOfContents all, Target target) {
        this.all = all;
        this.target = target;
    }

    /**
     * Narrows a restore to what is the user's.
     *
     * @return what was left out, for people
     */
    public static List<String> narrow(SchemaRestore restore, Database database) throws DatabaseException {
        PlatformSubset subset = new PlatformSubset(restore.contents(), look(database));
        return subset.narrow(restore);
    }

    /** Errors that a platform makes unavoidable although nothing of the user's is lost by them. */
    public static List<ToleranceRule> rules() {
        List<ToleranceRule> rules = new ArrayList<>(ToleranceRule.EVERYWHERE);
        rules.add(new ToleranceRule(
                "owner that is a role of the platform",
                "the object belongs to the role that restores",
                Pattern.compile("must be (member of|able to SET ROLE) "),
                Pattern.compile("ALTER .* OWNER TO \"?" + SupabasePlatform.ROLES + "\"?;")));
        return rules;
    }

    /** Whether a role is the platform's: where it is missing the platform has done without it. */
    public static boolean ownsRole(String role) {
        return role.matches(SupabasePlatform.ROLES);
    }

    /** Whether these schemas are those of a project. */
    public static boolean looksLikeAProject(Set<String> schemas) {
        return schemas.containsAll(SupabasePlatform.characteristic());
    }

    /** Whether a table that the platform or an extension has made takes rows that are the user's. */
    public static boolean takesRows(TableName table) {
        return SupabasePlatform.keepsRows(table) || !SupabasePlatform.schemas().contains(table.schema());
    }

    /** Whether a table is the platform's; in the schema that both use, those are that the target has. */
    public static boolean owns(TableName table, boolean inTarget) {
        return SupabasePlatform.schemas().contains(table.schema())
                || table.schema().equals(SupabasePlatform.SHARED) && inTarget;
    }

    /** Whether a schema, and all that is in it before a user comes, is the platform's. */
    public static boolean owns(String schema) {
        return SupabasePlatform.schemas().contains(schema) || schema.equals(SupabasePlatform.SHARED);
    }

    private List<String> narrow(SchemaRestore restore) {
        for (TocEntry entry : all.entries()) {
            if (isThePlatforms(entry)) {
                dropped.add(entry.id());
            }
        }
        restore.narrow(all.only(entry -> !dropped.contains(entry.id())));
        List<String> said = new ArrayList<>();
        leftOut.forEach((what, count) -> said.add(what + ": the platform's own (" + count + " definitions)"));
        return said;
    }

    private boolean isThePlatforms(TocEntry entry) {
        if (entry.dependsOn().stream().limit(1).anyMatch(dropped::contains)
                && (ABOUT.contains(entry.kind()) || entry.is("ACL"))) {
            return true;
        }
        if (entry.inSchema(SupabasePlatform.SHARED)) {
            return !isTheUsersAndNew(entry) && count("schema " + SupabasePlatform.SHARED);
        }
        for (String schema : allSchemas()) {
            if (entry.is("SCHEMA") && entry.tagged(schema)
                    || entry.is("ACL", "COMMENT") && entry.tagged("SCHEMA " + schema)) {
                return count("schema " + schema);
            }
            if (entry.inSchema(schema)) {
                return !isTheUsers(entry, schema) && count("schema " + schema);
            }
        }
        return switch (entry.kind()) {
            case "EXTENSION" -> target.extensions.stream().anyMatch(entry::tagged);
            case "EVENT TRIGGER" -> target.eventTriggers.stream().anyMatch(entry::tagged) && count("event triggers");
            case "PUBLICATION" -> target.publications.stream().anyMatch(entry::tagged);
            case "DEFAULT ACL" ->
                target.roles.stream().noneMatch(entry::ownedBy) && count("default privileges of other roles");
            default -> false;
        };
    }

    private static Set<String> allSchemas() {
        Set<String> schemas = SupabasePlatform.schemas();
        schemas.add(SupabasePlatform.SHARED);
        return schemas;
    }

    /** Something of a role that we may act as, and not of a name that the target has there already. */
    private boolean isTheUsersAndNew(TocEntry entry) {
        return target.roles.stream().anyMatch(entry::ownedBy)
                && target.shared.stream()
                        .noneMatch(name -> entry.tagged(SupabasePlatform.SHARED, name)
                                || entry.names().startsWith(SupabasePlatform.SHARED + " " + name + "("));
    }

    /** A trigger or policy that the target lacks, and what is said about it. */
    private boolean isTheUsers(TocEntry entry, String schema) {
        if (!SupabasePlatform.owns(schema)) {
            return false;
        }
        if (entry.is("TRIGGER", "POLICY")) {
            return target.attached.stream().noneMatch(attached -> attached.is(entry));
        }
        return ABOUT.contains(entry.kind())
                && entry.dependsOn().stream()
                        .limit(1)
                        .flatMap(id -> all.entry(id).stream())
                        .anyMatch(about -> about.is("TRIGGER", "POLICY") && !dropped.contains(about.id()));
    }

    private boolean count(String what) {
        leftOut.merge(what, 1, Integer::sum);
        return true;
    }

    private static Target look(Database database) throws DatabaseException {
        try (Connection connection = database.open("look");
                Statement statement = connection.createStatement()) {
            List<Attached> attached = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("""
                    SELECT 'TRIGGER', n.nspname, c.relname, t.tgname
                      FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
                      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal
                    UNION ALL
                    SELECT 'POLICY', n.nspname, c.relname, p.polname
                      FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
                      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    """)) {
                while (rows.next()) {
                    if (SupabasePlatform.owns(rows.getString(2))) {
                        attached.add(new Attached(
                                rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4)));
                    }
                }
            }
            return new Target(
                    names(statement, "SELECT extname FROM pg_catalog.pg_extension"),
                    names(statement, "SELECT evtname FROM pg_catalog.pg_event_trigger"),
                    names(statement, "SELECT pubname FROM pg_catalog.pg_publication"),
                    names(
                            statement,
                            "SELECT rolname FROM pg_catalog.pg_roles WHERE pg_catalog.pg_has_role(oid, 'MEMBER')"),
                    names(statement, SHARED_NAMES),
                    attached);
        } catch (SQLException e) {
            throw DatabaseException.of(
                    e, "looking at what the platform has in " + database.url().database());
        }
    }

    private static Set<String> names(Statement statement, String query) throws SQLException {
        Set<String> names = new TreeSet<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }
}
