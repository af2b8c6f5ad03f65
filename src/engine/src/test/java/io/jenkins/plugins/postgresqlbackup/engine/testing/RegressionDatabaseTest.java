package io.jenkins.plugins.postgresqlbackup.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.postgresqlbackup.engine.operation.DatabaseDigests;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Progress;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ScratchServer;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Selection;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tries PostgreSQL's own regression database; what is needed for it stands at {@link RegressionDatabase}. */
@Tag("nightly")
class RegressionDatabaseTest {
    @TempDir
    Path directory;

    @BeforeEach
    void askForTheSource() {
        assumeTrue(RegressionDatabase.source().isPresent(), "PGBACKUP_REGRESS_SRC names no directory");
    }

    @Test
    void aCopyByPgDumpAndPgRestoreHasTheSameDigests() throws Exception {
        Path source = RegressionDatabase.source().orElseThrow();
        try (ScratchServer server = TestPostgres.startServer(Map.of())) {
            ClientPrograms programs = TestPostgres.clientPrograms();
            Database maintenance = server.database("postgres");
            Database regression = RegressionDatabase.make(maintenance, programs, source, directory);
            Database copy = DumpAndRestore.copy(regression, "copy", programs, directory.resolve("regression.dump"));

            Set<String> reordered = differing(columns(regression, programs), columns(copy, programs));
            assertThat(differing(digests(regression), digests(copy)))
                    .as("tables whose rows differ, among those that stand in the same order of columns")
                    .isSubsetOf(reordered);
        }
    }

    private static Map<String, RowDigest> digests(Database database) throws Exception {
        Map<String, RowDigest> digests = new TreeMap<>();
        new DatabaseDigests(database, Selection.everything(), 2)
                .run(Progress.silent())
                .forEach((table, digest) -> digests.put(table.toString(), digest));
        return digests;
    }

    /** pg_dump does not keep the order of columns where a parent table got another one after its children were made. */
    private static Map<String, String> columns(Database database, ClientPrograms programs) throws Exception {
        Map<String, String> columns = new TreeMap<>();
        for (String line : ClientRun.query(database, programs, """
                SELECT n.nspname || '.' || c.relname || '|' || pg_catalog.string_agg(a.attname, ',' ORDER BY a.attnum)
                  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 WHERE c.relkind = 'r' GROUP BY n.nspname, c.relname""")) {
            columns.put(line.substring(0, line.indexOf('|')), line.substring(line.indexOf('|')));
        }
        return columns;
    }

    private static <V> Set<String> differing(Map<String, V> source, Map<String, V> copy) {
        Set<String> names = new TreeSet<>(source.keySet());
        names.addAll(copy.keySet());
        names.removeIf(name -> source.containsKey(name) && source.get(name).equals(copy.get(name)));
        return names;
    }
}
