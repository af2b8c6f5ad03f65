package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
                   t.spcname, d.datconnlimit, d.datistemplate, d.datacl IS NOT NULL,
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

    private final Statement statement;
    private final int major;
    private final Map<Long, List<Setting>> ofRoles = new HashMap<>();
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
                Setting setting = new Setting(entry.substring(0, equals), entry.substring(equals + 1));
                String role = row.getString(3);
                if (row.getBoolean(1)) {
                    ofDatabase.add(new RoleSetting(Optional.ofNullable(role), setting));
                } else if (role != null) {
                    ofRoles.computeIfAbsent(row.getLong(2), oid -> new ArrayList<>())
                            .add(setting);
                }
            }
        }
    }

    private List<Role> roles() throws SQLException {
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
                        Optional.ofNullable(row.getString(11)),
                        Optional.ofNullable(row.getString(13)),
                        ofRoles.getOrDefault(row.getLong(1), List.of()),
                        Optional.ofNullable(row.getString(12))));
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
                        Optional.ofNullable(row.getString(3)),
                        row.getBoolean(4),
                        major >= 16 ? Optional.of(row.getBoolean(5)) : Optional.empty(),
                        major >= 16 ? Optional.of(row.getBoolean(6)) : Optional.empty()));
            }
        }
        return memberships;
    }

    private DatabaseProperties database() throws SQLException {
        Optional<List<Privilege>> privileges = Optional.of(privileges());
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
                    Optional.ofNullable(row.getString(7)),
                    Optional.ofNullable(row.getString(8)),
                    row.getString(9),
                    row.getInt(10),
                    row.getBoolean(11),
                    row.getBoolean(12) ? privileges : Optional.empty(),
                    ofDatabase,
                    Optional.ofNullable(row.getString(13)));
        }
    }

    private List<Privilege> privileges() throws SQLException {
        List<Privilege> privileges = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(PRIVILEGES)) {
            while (row.next()) {
                privileges.add(new Privilege(row.getString(1), row.getString(2), row.getString(3), row.getBoolean(4)));
            }
        }
        return privileges;
    }
}
