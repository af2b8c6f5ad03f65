package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads roles, memberships and the database's properties. */
final class GlobalObjectsQuery {
    private static final String ROLES = """
            SELECT r.oid::bigint, r.rolname, r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin,
                   r.rolreplication, r.rolbypassrls, r.rolconnlimit, r.rolvaliduntil::text,
                   shobj_description(r.oid, 'pg_authid'), %s
              FROM %s r
             WHERE r.rolname !~ '^pg_'
             ORDER BY r.rolname COLLATE "C"
            """;
    private static final String MEMBERSHIPS = """
            SELECT r.rolname, u.rolname, g.rolname, m.admin_option, %s
              FROM pg_auth_members m
              JOIN pg_roles r ON r.oid = m.roleid
              JOIN pg_roles u ON u.oid = m.member
              LEFT JOIN pg_roles g ON g.oid = m.grantor
             WHERE u.rolname !~ '^pg_'
             ORDER BY r.rolname COLLATE "C", u.rolname COLLATE "C", g.rolname COLLATE "C"
            """;
    private static final String SETTINGS = """
            SELECT s.setdatabase <> 0, r.oid::bigint, r.rolname, c.entry
              FROM pg_db_role_setting s
              LEFT JOIN pg_roles r ON r.oid = s.setrole,
                   unnest(s.setconfig) WITH ORDINALITY c(entry, n)
             WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
             ORDER BY r.rolname COLLATE "C" NULLS FIRST, c.n
            """;
    private static final String DATABASE = """
            SELECT d.datname, r.rolname, pg_encoding_to_char(d.encoding), %s, d.datcollate, d.datctype, %s, %s,
                   t.spcname, d.datconnlimit, d.datacl IS NOT NULL,
                   shobj_description(d.oid, 'pg_database')
              FROM pg_database d
              JOIN pg_roles r ON r.oid = d.datdba
              JOIN pg_tablespace t ON t.oid = d.dattablespace
             WHERE d.datname = current_database()
            """;
    private static final String PRIVILEGES = """
            SELECT coalesce(e.rolname, ''), coalesce(o.rolname, ''), a.privilege_type, a.is_grantable
              FROM pg_database d,
                   aclexplode(d.datacl) WITH ORDINALITY a(grantor, grantee, privilege_type, is_grantable, n)
              LEFT JOIN pg_roles e ON e.oid = a.grantee
              LEFT JOIN pg_roles o ON o.oid = a.grantor
             WHERE d.datname = current_database() AND (a.grantee = 0 OR e.oid IS NOT NULL)
             ORDER BY a.n
            """;

    private static final String USES = """
            SELECT DISTINCT d.refobjid::bigint,
                   CASE WHEN d.classid = 'pg_user_mapping'::regclass THEN 'USER_MAPPING'
                        WHEN d.deptype = 'o' THEN 'OWNER' WHEN d.deptype = 'r' THEN 'POLICY' ELSE 'PRIVILEGE' END
              FROM pg_shdepend d
             WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype IN ('o', 'a', 'r')
               AND (d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                    OR d.dbid = 0 AND d.classid = 'pg_database'::regclass
                       AND d.objid = (SELECT oid FROM pg_database WHERE datname = current_database()))
            UNION
            SELECT umuser::bigint, 'USER_MAPPING' FROM pg_user_mappings WHERE umuser <> 0
            UNION
            SELECT setrole::bigint, 'SETTING' FROM pg_db_role_setting
             WHERE setrole <> 0 AND setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
            """;

    private final Statement statement;
    private final int major;
    private final Map<Long, List<RoleSetting>> ofRoles = new HashMap<>();
    private final List<RoleSetting> ofDatabase = new ArrayList<>();

    private GlobalObjectsQuery(Statement statement, int major) {
        this.statement = statement;
        this.major = major;
    }

    static GlobalObjects run(Connection connection, int major) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            GlobalObjectsQuery query = new GlobalObjectsQuery(statement, major);
            query.readSettings();
            return new GlobalObjects(query.roles(), query.memberships(), query.database());
        }
    }

    private void readSettings() throws SQLException {
        try (ResultSet row = statement.executeQuery(SETTINGS)) {
            while (row.next()) {
                String entry = row.getString(4);
                int equals = entry.indexOf('=');
                String role = row.getString(3);
                RoleSetting setting = new RoleSetting(role, entry.substring(0, equals), entry.substring(equals + 1));
                if (row.getBoolean(1)) {
                    ofDatabase.add(setting);
                } else if (role != null) {
                    ofRoles.computeIfAbsent(row.getLong(2), oid -> new ArrayList<>())
                            .add(setting);
                }
            }
        }
    }

    private List<Role> roles() throws SQLException {
        Map<Long, Set<RoleUse>> uses = uses();
        boolean passwords;
        try (ResultSet row = statement.executeQuery("SELECT has_table_privilege('pg_catalog.pg_authid', 'SELECT')")) {
            row.next();
            passwords = row.getBoolean(1);
        }
        List<Role> roles = new ArrayList<>();
        String query = passwords ? ROLES.formatted("r.rolpassword", "pg_authid") : ROLES.formatted("NULL", "pg_roles");
        try (ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                roles.add(new Role(
                        row.getString(2),
                        row.getBoolean(3),
                        row.getBoolean(4),
                        row.getBoolean(5),
                        row.getBoolean(6),
                        row.getBoolean(7),
                        row.getBoolean(8),
                        row.getBoolean(9),
                        row.getInt(10),
                        row.getString(11),
                        row.getString(13),
                        row.getString(12),
                        uses.getOrDefault(row.getLong(1), Set.of()),
                        ofRoles.getOrDefault(row.getLong(1), List.of())));
            }
        }
        return roles;
    }

    private List<Membership> memberships() throws SQLException {
        List<Membership> memberships = new ArrayList<>();
        String options = major >= 16 ? "m.inherit_option, m.set_option" : "NULL::boolean, NULL::boolean";
        try (ResultSet row = statement.executeQuery(MEMBERSHIPS.formatted(options))) {
            while (row.next()) {
                memberships.add(new Membership(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getBoolean(4),
                        (Boolean) row.getObject(5),
                        (Boolean) row.getObject(6)));
            }
        }
        return memberships;
    }

    private DatabaseProperties database() throws SQLException {
        List<Grant> acl = acl();
        String provider = major >= 15
                ? "CASE d.datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END"
                : "'libc'";
        String locale = major >= 17 ? "d.datlocale" : major >= 15 ? "d.daticulocale" : "NULL";
        String rules = major >= 16 ? "d.daticurules" : "NULL";
        try (ResultSet row = statement.executeQuery(DATABASE.formatted(provider, locale, rules))) {
            row.next();
            return new DatabaseProperties(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getString(6),
                    row.getString(7),
                    row.getString(8),
                    row.getString(9),
                    row.getInt(10),
                    row.getString(12),
                    row.getBoolean(11) ? acl : null,
                    ofDatabase);
        }
    }

    private List<Grant> acl() throws SQLException {
        List<Grant> grants = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(PRIVILEGES)) {
            while (row.next()) {
                grants.add(new Grant(row.getString(1), row.getString(3), row.getBoolean(4), row.getString(2)));
            }
        }
        return grants;
    }

    /** For what this database names which roles. */
    private Map<Long, Set<RoleUse>> uses() throws SQLException {
        Map<Long, Set<RoleUse>> uses = new HashMap<>();
        try (ResultSet row = statement.executeQuery(USES)) {
            while (row.next()) {
                uses.computeIfAbsent(row.getLong(1), oid -> EnumSet.noneOf(RoleUse.class))
                        .add(RoleUse.valueOf(row.getString(2)));
            }
        }
        return uses;
    }
}
