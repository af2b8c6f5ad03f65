package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The roles of a server that is restored to. */
public final class Roles {
    private Roles() {}

    /** The names of those that are there. */
    public static Set<String> present(Database any) throws DatabaseException {
        try (Connection connection = any.open("look");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT rolname FROM pg_catalog.pg_roles")) {
            Set<String> names = new HashSet<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        } catch (SQLException e) {
            throw DatabaseException.of(e, "looking at the server's roles");
        }
    }

    /**
     * The roles that the database needs: those that it names for one of these uses, their members, who work in it
     * through them, and the roles that all these are members of, whose rights they have.
     */
    public static Set<String> needed(Collection<Role> roles, Collection<Membership> memberships, Set<RoleUse> uses) {
        Set<String> needed = named(roles, uses);
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Membership membership : memberships) {
                // Predefined roles (pg_monitor) are of the whole server: their members need not know this database.
                grown |= needed.contains(membership.role())
                        && !membership.role().startsWith("pg_")
                        && needed.add(membership.member());
            }
        }
        grown = true;
        while (grown) {
            grown = false;
            for (Membership membership : memberships) {
                grown |= needed.contains(membership.member()) && needed.add(membership.role());
            }
        }
        return needed;
    }

    /** The roles that the database names for one of these uses. */
    public static Set<String> named(Collection<Role> roles, Set<RoleUse> uses) {
        return roles.stream()
                .filter(role -> role.uses().stream().anyMatch(uses::contains))
                .map(Role::name)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Creates roles as the source has them, with their passwords if the backup has them, and the memberships that touch
     * one of them. Roles that are there stay as they are. Who is no superuser becomes a member of those that own
     * something: only so can he give it to them.
     *
     * @return warnings: what was left out because the role that restores may not grant it
     */
    public static List<String> create(
            Database any, Collection<String> names, Collection<Role> captured, Collection<Membership> memberships)
            throws DatabaseException {
        Map<String, Role> known = captured.stream().collect(Collectors.toMap(Role::name, Function.identity()));
        List<String> warnings = new ArrayList<>();
        Set<String> there = present(any);
        try (Connection connection = any.open("roles");
                Statement statement = connection.createStatement()) {
            boolean superuser = ServerQuery.run(connection).superuser();
            int major = connection.getMetaData().getDatabaseMajorVersion();
            for (String name : names) {
                Role role = known.get(name);
                if (role != null) {
                    create(statement, role, superuser, warnings);
                }
            }
            Set<String> created = new HashSet<>(names);
            created.retainAll(known.keySet());
            there.addAll(created);
            for (Membership membership : memberships) {
                boolean touches = created.contains(membership.role()) || created.contains(membership.member());
                if (touches && there.contains(membership.role()) && there.contains(membership.member())) {
                    attempt(statement, grant(membership, major), warnings);
                }
            }
            return warnings;
        } catch (SQLException e) {
            throw DatabaseException.of(e, "creating roles");
        }
    }

    private static void create(Statement statement, Role role, boolean superuser, List<String> warnings)
            throws SQLException {
        List<String> high = highAttributes(role);
        if (!superuser && !high.isEmpty()) {
            warnings.add("The role " + role.name() + " was created without " + String.join(", ", high)
                    + ", which only a superuser may give.");
        }
        statement.execute(creation(role, superuser ? high : List.of()));
        if (!superuser && role.uses().contains(RoleUse.OWNER)) {
            attempt(statement, "GRANT " + Sql.quote(role.name()) + " TO CURRENT_USER", warnings);
        }
        for (String sql : properties(role)) {
            attempt(statement, sql, warnings);
        }
    }

    /** What only a superuser may give. */
    static List<String> highAttributes(Role role) {
        List<String> high = new ArrayList<>();
        if (role.superuser()) {
            high.add("SUPERUSER");
        }
        if (role.replication()) {
            high.add("REPLICATION");
        }
        if (role.bypassRowSecurity()) {
            high.add("BYPASSRLS");
        }
        return high;
    }

    static String creation(Role role, List<String> highAttributes) {
        StringBuilder sql = new StringBuilder("CREATE ROLE ").append(Sql.quote(role.name()));
        sql.append(role.inherit() ? " INHERIT" : " NOINHERIT");
        sql.append(role.createRole() ? " CREATEROLE" : " NOCREATEROLE");
        sql.append(role.createDatabase() ? " CREATEDB" : " NOCREATEDB");
        sql.append(role.login() ? " LOGIN" : " NOLOGIN");
        highAttributes.forEach(attribute -> sql.append(' ').append(attribute));
        if (role.connectionLimit() != -1) {
            sql.append(" CONNECTION LIMIT ").append(role.connectionLimit());
        }
        if (role.password() != null) {
            sql.append(" PASSWORD ").append(Sql.literal(role.password()));
        }
        if (role.validUntil() != null) {
            sql.append(" VALID UNTIL ").append(Sql.literal(role.validUntil()));
        }
        return sql.toString();
    }

    /** Its comment and settings. */
    static List<String> properties(Role role) {
        List<String> statements = new ArrayList<>();
        if (role.comment() != null) {
            statements.add("COMMENT ON ROLE " + Sql.quote(role.name()) + " IS " + Sql.literal(role.comment()));
        }
        for (RoleSetting setting : role.settings()) {
            statements.add("ALTER ROLE " + Sql.quote(role.name()) + Handover.set(setting));
        }
        return statements;
    }

    static String grant(Membership membership, int major) {
        List<String> options = new ArrayList<>();
        if (major >= 16) {
            options.add("ADMIN " + membership.admin());
            if (membership.inherit() != null) {
                options.add("INHERIT " + membership.inherit());
            }
            if (membership.set() != null) {
                options.add("SET " + membership.set());
            }
        } else if (membership.admin()) {
            options.add("ADMIN OPTION");
        }
        return "GRANT " + Sql.quote(membership.role()) + " TO " + Sql.quote(membership.member())
                + (options.isEmpty() ? "" : " WITH " + String.join(", ", options));
    }

    private static void attempt(Statement statement, String sql, List<String> warnings) throws SQLException {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            if (Connections.lost(statement.getConnection())) {
                throw e;
            }
            warnings.add(sql + ": " + Sentences.shortly(e) + ".");
        }
    }
}
