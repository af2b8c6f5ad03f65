package io.jenkins.plugins.postgresqlbackup.engine.testing;

import static java.util.stream.Collectors.joining;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says in what a copy differs from its source: by pg_dump, the definitions line for line (headers left out) and the rows
 * of each table as a set; by psql, what pg_dump does not tell of a database alone (its properties, the rows of
 * materialised views, versions of extensions, roles).
 *
 * <p>Both databases should be at rest. They may be on different servers. Immutable.
 */
public final class DatabaseComparison {
    private static final int LINES = 60;
    private static final int ROWS = 5;

    private static final String PROPERTIES = """
            SELECT unnest(ARRAY[
                'encoding ' || pg_catalog.pg_encoding_to_char(encoding), 'collate ' || datcollate, 'ctype ' || datctype,
                'owner ' || datdba::pg_catalog.regrole, 'limit ' || datconnlimit, 'template ' || datistemplate,
                'connections ' || datallowconn])
              FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()
            UNION ALL
            SELECT 'comment ' || pg_catalog.shobj_description(oid, 'pg_database')
              FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()
            UNION ALL
            SELECT 'grant ' || acl
              FROM pg_catalog.pg_database AS d, LATERAL pg_catalog.unnest(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) AS acl
             WHERE datname = pg_catalog.current_database()
            UNION ALL
            SELECT 'setting ' || setrole::pg_catalog.regrole || ' ' || setting
              FROM pg_catalog.pg_db_role_setting AS s JOIN pg_catalog.pg_database AS d ON d.oid = s.setdatabase,
                   LATERAL pg_catalog.unnest(setconfig) AS setting
             WHERE datname = pg_catalog.current_database()
            UNION ALL
            SELECT 'extension ' || extname || ' ' || extversion FROM pg_catalog.pg_extension
            ORDER BY 1
            """;

    private static final String FILLED_VIEWS = """
            SELECT pg_catalog.format('SELECT %L, count(*), sum(pg_catalog.hashtextextended(v::text COLLATE "C", 0)) FROM %I.%I AS v',
                                     n.nspname || '.' || c.relname, n.nspname, c.relname)
              FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
             WHERE c.relkind = 'm' AND c.relispopulated ORDER BY n.nspname, c.relname
            \\gexec
            """;

    private static final String ROLES = """
            SELECT pg_catalog.to_jsonb(r) - 'oid' - 'rolpassword' || pg_catalog.jsonb_build_object(
                     'password', (SELECT pg_catalog.md5(rolpassword) FROM pg_catalog.pg_authid AS a WHERE a.oid = r.oid),
                     'comment', pg_catalog.shobj_description(r.oid, 'pg_authid'),
                     'member of', (SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(m) - 'oid' - 'member' - 'grantor'
                                            || pg_catalog.jsonb_build_object('roleid', m.roleid::pg_catalog.regrole)
                                          ORDER BY m.roleid::pg_catalog.regrole::text COLLATE "C")
                                     FROM pg_catalog.pg_auth_members AS m WHERE m.member = r.oid))
              FROM pg_catalog.pg_roles AS r
             WHERE rolname !~ '^pg_' ORDER BY rolname COLLATE "C"
            """;

    private final Database source;
    private final Database copy;
    private final ClientPrograms programs;
    private final List<String> options;
    private final boolean properties;

    private DatabaseComparison(
            Database source, Database copy, ClientPrograms programs, List<String> options, boolean properties) {
        this.source = source;
        this.copy = copy;
        this.programs = programs;
        this.options = options;
        this.properties = properties;
    }

    /** @param programs those of the newer server, psql among them */
    public static DatabaseComparison of(Database source, Database copy, ClientPrograms programs) {
        return new DatabaseComparison(source, copy, programs, List.of(), true);
    }

    /** Hands these options to pg_dump on both sides, such as {@code --no-owner} or {@code --schema=app}. */
    public DatabaseComparison dumpedWith(String... options) {
        return new DatabaseComparison(source, copy, programs, List.of(options), properties);
    }

    /** Leaves out what belongs to the database as a whole: owner, grants, settings, comment, extensions' versions. */
    public DatabaseComparison withoutDatabaseProperties() {
        return new DatabaseComparison(source, copy, programs, options, false);
    }

    /** Fails with a readable list unless the two are equal. */
    public void assertEqual() throws IOException, InterruptedException {
        List<String> differences = differences();
        if (!differences.isEmpty()) {
            throw new AssertionError("The copy differs from its source (-: only in the source, +: only in the copy)\n  "
                    + String.join("\n  ", differences));
        }
    }

    /** Empty when they are equal; else lines for a person, cut where there are too many. */
    public List<String> differences() throws IOException, InterruptedException {
        List<String> found = new ArrayList<>();
        try (Dump left = Dump.take(source, programs, options);
                Dump right = Dump.take(copy, programs, options)) {
            for (String section : List.of("pre-data", "post-data")) {
                add(found, section, left.definitions(section), right.definitions(section));
            }
            compareRows(found, left, right);
        }
        add(found, "materialised views", query(source, FILLED_VIEWS), query(copy, FILLED_VIEWS));
        if (properties) {
            add(found, "database", query(source, PROPERTIES), query(copy, PROPERTIES));
        }
        return found;
    }

    /** What the source's roles are and have on its server but not on the copy's; passwords need a superuser. */
    public List<String> differencesOfRoles() throws IOException, InterruptedException {
        List<String> missing = new ArrayList<>(query(source, ROLES));
        missing.removeAll(query(copy, ROLES));
        return missing;
    }

    private List<String> query(Database database, String sql) throws IOException, InterruptedException {
        return ClientRun.query(database, programs, sql);
    }

    private static void add(List<String> found, String where, List<String> source, List<String> copy) {
        for (String difference : LineDifference.between(source, copy, LINES)) {
            found.add(where + ": " + readable(difference));
        }
    }

    private static void compareRows(List<String> found, Dump left, Dump right)
            throws IOException, InterruptedException {
        DumpedRows source = left.rows();
        DumpedRows copy = right.rows();
        add(found, "data", source.otherLines(), copy.otherLines());
        Set<String> all = new TreeSet<>(source.tables().keySet());
        all.addAll(copy.tables().keySet());
        Set<String> different = new TreeSet<>();
        for (String statement : all) {
            DumpedRows.Sum ours = source.tables().get(statement);
            DumpedRows.Sum theirs = copy.tables().get(statement);
            if (ours == null || theirs == null) {
                found.add("data: " + (ours == null ? "+ " : "- ") + readable(statement));
            } else if (!ours.equals(theirs)) {
                different.add(statement);
                found.add("data: " + readable(statement) + " has " + ours.rows() + " rows in the source and "
                        + theirs.rows() + " in the copy");
            }
        }
        if (!different.isEmpty()) {
            showRows(found, left, right, different, "- ");
            showRows(found, right, left, different, "+ ");
        }
    }

    private static void showRows(List<String> found, Dump those, Dump others, Set<String> statements, String sign)
            throws IOException, InterruptedException {
        Map<String, Map<DumpedRows.Hash, Integer>> there = others.counted(statements);
        Map<String, Integer> shown = new HashMap<>();
        those.visit(statements, (statement, row, hash) -> {
            Map<DumpedRows.Hash, Integer> counts = there.getOrDefault(statement, new HashMap<>());
            if (counts.merge(hash, -1, Integer::sum) < 0 && shown.merge(statement, 1, Integer::sum) <= ROWS) {
                found.add(
                        "data: " + sign + readable(statement.lines().findFirst().orElseThrow()) + ' '
                                + readable(LineDifference.shortened(row)));
            }
        });
    }

    /** What was read byte by byte, as UTF-8 where it is that. */
    private static String readable(String bytes) {
        String text = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return text.indexOf('\ufffd') < 0 ? text : bytes;
    }

    @Override
    public String toString() {
        return List.of(source, copy).stream().map(Database::toString).collect(joining(" against "));
    }
}
