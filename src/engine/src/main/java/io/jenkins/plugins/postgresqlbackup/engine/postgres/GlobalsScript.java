package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A script for psql that creates on another server what a database needs before it is filled: roles, and the database itself, empty. */
public final class GlobalsScript {
    private static final String THERE_BEFORE = "pg_temp.pgbackup_roles_before";

    private GlobalsScript() {}

    /**
     * Creates the roles that are missing, with their memberships; those that are there stay as they are.
     *
     * @param names of those that are needed
     */
    public static String roles(Set<String> names, Collection<Role> captured, Collection<Membership> memberships) {
        StringBuilder script = new StringBuilder("""
                SET client_encoding = 'UTF8';
                SET standard_conforming_strings = on;
                CREATE TEMPORARY TABLE pgbackup_roles_before AS SELECT rolname FROM pg_catalog.pg_roles;
                """);
        for (Role role : captured) {
            if (names.contains(role.name()) && !role.name().startsWith("pg_")) {
                List<String> statements = new ArrayList<>();
                statements.add(Roles.creation(role, Roles.highAttributes(role)));
                statements.addAll(Roles.properties(role));
                script.append("SELECT ")
                        .append(statements.stream().map(Sql::literal).collect(Collectors.joining(",\n  ")))
                        .append("\n  WHERE NOT ")
                        .append(wasThere(role.name()))
                        .append(" \\gexec\n");
            }
        }
        List<Membership> needed = memberships.stream()
                .filter(membership -> names.contains(membership.role()) && names.contains(membership.member()))
                .toList();
        if (!needed.isEmpty()) {
            script.append(
                            "SELECT pg_catalog.current_setting('server_version_num')::int >= 160000 AS pgbackup_16 \\gset\n")
                    .append("\\if :pgbackup_16\n");
            needed.forEach(membership -> script.append(grant(membership, 16)));
            script.append("\\else\n");
            needed.forEach(membership -> script.append(grant(membership, 15)));
            script.append("\\endif\n");
        }
        return script.append("DROP TABLE ").append(THERE_BEFORE).append(";\n").toString();
    }

    private static String grant(Membership membership, int major) {
        return "SELECT " + Sql.literal(Roles.grant(membership, major)) + "\n  WHERE NOT (" + wasThere(membership.role())
                + " AND " + wasThere(membership.member()) + ") \\gexec\n";
    }

    private static String wasThere(String role) {
        return "EXISTS (SELECT FROM " + THERE_BEFORE + " WHERE rolname = " + Sql.literal(role) + ")";
    }

    /** Creates the database, with the source's name unless the variable {@code database} says another. */
    public static String database(DatabaseProperties source) {
        String create = DatabaseCreation.statement(":\"database\"", source);
        StringBuilder script = new StringBuilder("\\if :{?database}\n\\else\n\\set database ")
                .append(argument(source.name()))
                .append("\n\\endif\n");
        String words = create + DatabaseCreation.locale(source, 17) + ";\n";
        if (!source.provider().equals("libc")) {
            return script.append(words).toString();
        }
        return script.append(
                        "SELECT pg_catalog.current_setting('server_version_num')::int >= 150000 AS pgbackup_15 \\gset\n")
                .append("\\if :pgbackup_15\n")
                .append(words)
                .append("\\else\n")
                .append(create)
                .append(DatabaseCreation.locale(source, 14))
                .append(";\n\\endif\n")
                .toString();
    }

    /** As the argument of one of psql's own commands, on one line. */
    private static String argument(String text) {
        return "'"
                + text.replace("\\", "\\\\")
                        .replace("'", "\\'")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                + "'";
    }
}
