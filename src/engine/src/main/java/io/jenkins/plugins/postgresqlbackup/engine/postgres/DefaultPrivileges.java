package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The default privileges that objects get which our role creates in a database that was there before.
 *
 * <p>A schema archive says what an object's grants are besides PostgreSQL's own defaults, not what they are not. Were
 * the target's default privileges in force while objects are created, somebody could do there what was revoked from him
 * in the source.
 */
public final class DefaultPrivileges {
    /** What differs from PostgreSQL's own defaults: privileges that were granted, and own ones that were revoked. */
    private static final String QUERY = """
            WITH entries AS (
                SELECT d.oid, n.nspname, d.defaclobjtype AS type, d.defaclacl AS acl,
                       CASE WHEN d.defaclnamespace = 0
                            THEN pg_catalog.acldefault(
                                   CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole)
                            END AS own
                  FROM pg_catalog.pg_default_acl d
                  JOIN pg_catalog.pg_roles r ON r.oid = d.defaclrole AND r.rolname = current_user
                  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace),
                 differences AS (
                SELECT e.oid, e.nspname, e.type, a.grantee, a.privilege_type, a.is_grantable, true AS granted
                  FROM entries e, LATERAL pg_catalog.aclexplode(e.acl) a
                 WHERE (a.grantee, a.privilege_type)
                       NOT IN (SELECT b.grantee, b.privilege_type FROM pg_catalog.aclexplode(e.own) b)
                UNION ALL
                SELECT e.oid, e.nspname, e.type, b.grantee, b.privilege_type, false, false
                  FROM entries e, LATERAL pg_catalog.aclexplode(e.own) b
                 WHERE (b.grantee, b.privilege_type)
                       NOT IN (SELECT a.grantee, a.privilege_type FROM pg_catalog.aclexplode(e.acl) a))
            SELECT current_user, f.nspname, f.type, coalesce(g.rolname, ''), f.privilege_type, f.is_grantable, f.granted
              FROM differences f LEFT JOIN pg_catalog.pg_roles g ON g.oid = f.grantee
             ORDER BY f.oid, 4, 5
            """;

    private final Database database;
    private final List<String> suspend = new ArrayList<>();
    private final List<String> resume = new ArrayList<>();

    private DefaultPrivileges(Database database) {
        this.database = database;
    }

    /**
     * Looks which there are.
     *
     * @param schemas in which schemas they matter; those for all schemas always do
     */
    public static DefaultPrivileges of(Database database, Predicate<String> schemas) throws DatabaseException {
        DefaultPrivileges found = new DefaultPrivileges(database);
        try (Connection connection = database.open("look");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(QUERY)) {
            while (rows.next()) {
                String schema = rows.getString(2);
                if (schema == null || schemas.test(schema)) {
                    found.add(rows, schema);
                }
            }
            return found;
        } catch (SQLException e) {
            throw DatabaseException.of(e, "looking at default privileges");
        }
    }

    private void add(ResultSet row, String schema) throws SQLException {
        String forRole = "ALTER DEFAULT PRIVILEGES FOR ROLE " + Sql.quote(row.getString(1))
                + (schema == null ? "" : " IN SCHEMA " + Sql.quote(schema));
        String what = row.getString(5) + " ON " + objects(row.getString(3));
        String grantee = row.getString(4).isEmpty() ? "PUBLIC" : Sql.quote(row.getString(4));
        String grant = forRole + " GRANT " + what + " TO " + grantee + (row.getBoolean(6) ? " WITH GRANT OPTION" : "");
        String revoke = forRole + " REVOKE " + what + " FROM " + grantee;
        boolean granted = row.getBoolean(7);
        suspend.add(granted ? revoke : grant);
        resume.add(granted ? grant : revoke);
    }

    private static String objects(String type) {
        return switch (type) {
            case "r" -> "TABLES";
            case "S" -> "SEQUENCES";
            case "f" -> "FUNCTIONS";
            case "T" -> "TYPES";
            case "n" -> "SCHEMAS";
            default -> "LARGE OBJECTS";
        };
    }

    /** Takes them away: objects get PostgreSQL's own defaults from now on. */
    public void suspend() throws DatabaseException {
        run(suspend, "suspending default privileges");
    }

    /** Puts them back, beside any that came meanwhile. */
    public void resume() throws DatabaseException {
        run(resume, "putting default privileges back");
    }

    private void run(List<String> statements, String doing) throws DatabaseException {
        if (statements.isEmpty()) {
            return;
        }
        try (Connection connection = database.open("privileges");
                Statement statement = connection.createStatement()) {
            LoadingSession.prepare(connection);
            connection.setAutoCommit(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        } catch (SQLException e) {
            throw DatabaseException.of(e, doing);
        }
    }
}
