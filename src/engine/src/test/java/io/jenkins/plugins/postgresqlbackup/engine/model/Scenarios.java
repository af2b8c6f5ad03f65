package io.jenkins.plugins.postgresqlbackup.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Progress;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The scenarios that need no more than one server that runs all the time. */
final class Scenarios {
    private Scenarios() {}

    /** All, by the words that name them in tests. */
    static final Map<String, Scenario> ALL = all();

    private static Map<String, Scenario> all() {
        Map<String, Scenario> all = new TreeMap<>(ClusterScenarios.ALL);
        all.put("rows deleted", Scenarios::rowsDeleted);
        all.put("rows replaced", Scenarios::rowsReplaced);
        all.put("inheritance", Scenarios::inheritance);
        all.put("transactions while counting", Scenarios::transactionsWhileCounting);
        all.put("a transaction open across a backup", Scenarios::openAcrossABackup);
        all.put("a scan of somebody else", Scenarios::scanOfSomebodyElse);
        all.put("parallel plans", Scenarios::parallelPlans);
        all.put("database renamed over another", Scenarios::databaseRenamedOverAnother);
        all.put("vacuum full and then a delete", Scenarios::vacuumFull);
        all.put("accepted by digest and then a delete", Scenarios::acceptedByDigest);
        all.put("two deltas one after another", Scenarios::twoDeltas);
        all.put("a pack is gone", Scenarios::aPackIsGone);
        all.put("a label renamed during the backup", Scenarios::labelRenamedMeanwhile);
        all.put("a label renamed for a while in an interrupted backup", Scenarios::labelRenamedForAWhile);
        all.put("column dropped and added", definition("a int", "DROP COLUMN a", "ADD COLUMN a int"));
        all.put("column with a default added", definition("a int", "ADD COLUMN b int DEFAULT 7"));
        all.put("cidr to inet", definition("c cidr DEFAULT '10.0.0.5'", "ALTER COLUMN c TYPE inet"));
        all.put(
                "expression dropped",
                definition(
                        "a int DEFAULT 3, g int GENERATED ALWAYS AS (a * 2) STORED", "ALTER COLUMN g DROP EXPRESSION"));
        all.put("attribute added", type("p pair DEFAULT '(1,x)'", "ALTER TYPE pair ADD ATTRIBUTE z int"));
        all.put(
                "attribute added inside an array",
                type("p pair[] DEFAULT '{\"(1,x)\"}'", "ALTER TYPE pair ADD ATTRIBUTE z int"));
        all.put(
                "attribute added inside a domain",
                type("p pair_domain DEFAULT '(1,x)'", "ALTER TYPE pair ADD ATTRIBUTE z int"));
        all.put("label renamed", type("c color DEFAULT 'red'", "ALTER TYPE color RENAME VALUE 'red' TO 'crimson'"));
        all.put(
                "labels swapped inside a range",
                type(
                        "c color_range DEFAULT '[red,)'",
                        "BEGIN; ALTER TYPE color RENAME VALUE 'red' TO 'x'; ALTER TYPE color RENAME VALUE 'green' TO 'red';"
                                + " ALTER TYPE color RENAME VALUE 'x' TO 'green'; COMMIT"));
        all.put(
                "label renamed inside a composite",
                type("c colored DEFAULT '(red)'", "ALTER TYPE color RENAME VALUE 'red' TO 'crimson'"));
        all.put("table renamed", type("r regclass DEFAULT 'other'", "ALTER TABLE other RENAME TO another"));
        all.put(
                "role renamed",
                type("a aclitem[] DEFAULT '{somebody=r/postgres}'", "ALTER ROLE somebody RENAME TO nobody"));
        return all;
    }

    /** The definition changes, no row is touched. */
    private static Scenario definition(String columns, String... changes) {
        return stage -> {
            stage.begin();
            stage.sql(
                    "CREATE TABLE t (id int, " + columns + ")",
                    "INSERT INTO t (id) SELECT n FROM generate_series(1, 100) n");
            if (columns.startsWith("a int")) {
                stage.sql("UPDATE t SET a = id");
            }
            stage.back();
            for (String change : changes) {
                stage.sql("ALTER TABLE t " + change);
            }
            stage.back();
        };
    }

    /** Something that the column's text depends on changes. */
    private static Scenario type(String column, String change) {
        return stage -> {
            stage.begin();
            stage.sql(
                    "CREATE TYPE pair AS (x int, y text)",
                    "CREATE DOMAIN pair_domain AS pair",
                    "CREATE TYPE color AS ENUM ('red', 'green')",
                    "CREATE TYPE color_range AS RANGE (subtype = color)",
                    "CREATE TYPE colored AS (c color)",
                    "CREATE TABLE other ()",
                    "CREATE ROLE somebody",
                    "CREATE TABLE t (id int, " + column + ")",
                    "INSERT INTO t (id) SELECT n FROM generate_series(1, 100) n");
            stage.back();
            stage.sql(change);
            stage.back();
        };
    }

    private static void table(Stage stage, int rows) throws IOException {
        stage.sql(
                "CREATE TABLE t (id int, v text)",
                "INSERT INTO t SELECT n, repeat('x', 60) || n FROM generate_series(1, " + rows + ") n");
    }

    private static void rowsDeleted(Stage stage) throws Exception {
        stage.begin(16 << 10, Map.of());
        table(stage, 1000);
        stage.back();
        stage.sql("DELETE FROM t WHERE id % 100 = 3");
        Manifest manifest = stage.back().manifest();
        assertThat(Tally.of(manifest).deltas()).isPositive();
        stage.verify();
    }

    private static void rowsReplaced(Stage stage) throws Exception {
        stage.begin(16 << 10, Map.of());
        table(stage, 1000);
        stage.sql("DELETE FROM t WHERE id <= 20", "VACUUM t");
        stage.back();
        stage.sql(
                "DELETE FROM t WHERE id BETWEEN 21 AND 40",
                "INSERT INTO t SELECT n, 'new' FROM generate_series(1, 20) n");
        stage.back();
        // Nobody wants a test in which all is read anew.
        assertThat(Tally.of(stage.back().manifest()).fresh()).isZero();
    }

    private static void inheritance(Stage stage) throws Exception {
        stage.begin();
        table(stage, 50);
        stage.sql("CREATE TABLE child () INHERITS (t)", "INSERT INTO child VALUES (1, 'child')");
        stage.back();
        stage.sql("INSERT INTO child VALUES (2, 'child')");
        stage.back();
    }

    /** Does something as soon as the snapshot is there and before a row is looked at. */
    private static Progress when(String phase, Runnable action) {
        return new Progress() {
            private boolean done;

            @Override
            public void phase(String name, long expectedBytes) {
                if (name.equals(phase) && !done) {
                    done = true;
                    action.run();
                }
            }

            @Override
            public void advance(long rows, long bytes) {
                if (phase.isEmpty() && !done) {
                    done = true;
                    action.run();
                }
            }

            @Override
            public void warn(String message) {
                // only phases count here
            }
        };
    }

    private static Runnable unchecked(IoAction action) {
        return () -> {
            try {
                action.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private interface IoAction {
        void run() throws IOException;
    }

    private static void transactionsWhileCounting(Stage stage) throws Exception {
        stage.begin();
        table(stage, 100);
        stage.back();
        stage.replaceRows("t", 10);
        stage.back(when("Reading rows", unchecked(() -> stage.burn(500))));
    }

    private static void openAcrossABackup(Stage stage) throws Exception {
        stage.begin();
        table(stage, 100);
        try (Connection connection = stage.database().open("test");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("DELETE FROM public.t WHERE id <= 10");
            statement.execute("INSERT INTO public.t SELECT n, 'late' FROM generate_series(1, 10) n");
            stage.burn(5);
            stage.back();
            connection.commit();
        }
        stage.back();
    }

    /** Scans of large tables begin where another one is at, if they may. */
    private static void scanOfSomebodyElse(Stage stage) throws Exception {
        stage.begin(1 << 30, Map.of("shared_buffers", "128kB"));
        table(stage, 6000);
        try (Connection connection = stage.database().open("test");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET synchronize_seqscans = on");
            statement.execute("DECLARE c CURSOR FOR SELECT * FROM public.t; MOVE 3000 FROM c");
            stage.back();
            stage.sql("DELETE FROM t WHERE id % 10 = 0");
            statement.execute("MOVE 500 FROM c");
            stage.back();
        }
        stage.verify();
    }

    private static void parallelPlans(Stage stage) throws Exception {
        stage.begin(
                1 << 30,
                Map.of(
                        "parallel_setup_cost", "0",
                        "parallel_tuple_cost", "0",
                        "min_parallel_table_scan_size", "0",
                        "parallel_leader_participation", "off"));
        table(stage, 20_000);
        stage.sql("ALTER TABLE t SET (parallel_workers = 2)");
        stage.back();
        stage.sql("DELETE FROM t WHERE id % 10 = 0");
        stage.back();
        stage.verify();
    }

    /** Its rows look like those of the database that had the name before, and are others. */
    private static void databaseRenamedOverAnother(Stage stage) throws Exception {
        stage.begin();
        table(stage, 100);
        var maintenance = stage.cluster().database("postgres");
        TestPostgres.run(maintenance, "CREATE DATABASE other TEMPLATE scene");
        TestPostgres.run(
                stage.cluster().database("other"),
                "DELETE FROM t WHERE id <= 10",
                "INSERT INTO t SELECT n, 'other' FROM generate_series(1, 10) n");
        stage.back();
        TestPostgres.run(maintenance, "DROP DATABASE scene WITH (FORCE)", "ALTER DATABASE other RENAME TO scene");
        stage.back();
    }

    private static void vacuumFull(Stage stage) throws Exception {
        stage.begin();
        table(stage, 1000);
        stage.sql("DELETE FROM t WHERE id % 3 = 0");
        stage.back();
        stage.sql("VACUUM FULL t");
        stage.back();
        stage.sql("DELETE FROM t WHERE id % 50 = 1");
        stage.back();
        stage.verify();
    }

    private static void acceptedByDigest(Stage stage) throws Exception {
        stage.begin();
        table(stage, 1000);
        stage.sql("DELETE FROM t WHERE id % 3 = 0");
        stage.back();
        stage.sql("VACUUM FULL t");
        Manifest manifest = stage.back().manifest();
        assertThat(manifest.tables().get(0).ranges().get(0).base().backup()).isNotEqualTo(manifest.id());
        stage.sql("DELETE FROM t WHERE id % 50 = 1");
        stage.back();
        stage.verify();
    }

    /** The second is told from the base too, not from what the first made of it. */
    private static void twoDeltas(Stage stage) throws Exception {
        stage.begin();
        table(stage, 1000);
        stage.back();
        stage.sql("UPDATE t SET v = 'once' WHERE id % 50 = 1");
        stage.back();
        stage.sql("UPDATE t SET v = 'twice' WHERE id % 50 = 2");
        Manifest manifest = stage.back().manifest();
        assertThat(Tally.of(manifest).deltas()).isPositive();
        stage.verify();
    }

    private static void aPackIsGone(Stage stage) throws Exception {
        stage.begin();
        table(stage, 1000);
        Manifest first = stage.back().manifest();
        Manifest.Blob base = first.tables().get(0).ranges().get(0).base();
        Files.delete(stage.pack(base));
        BackupResult second = stage.back();
        assertThat(second.warnings()).anyMatch(warning -> warning.contains(base.pack()));
        stage.verify();
    }

    /** Labels are shown as they are now, whatever the snapshot. */
    private static void labelRenamedMeanwhile(Stage stage) throws Exception {
        stage.begin();
        stage.sql("CREATE TYPE color AS ENUM ('red', 'green')");
        for (String table : new String[] {"a", "b", "c"}) {
            stage.sql(
                    "CREATE TABLE " + table + " (id int, c color)",
                    "INSERT INTO " + table + " SELECT n, 'red' FROM generate_series(1, 100) n");
        }
        stage.back(when("", unchecked(() -> stage.sql("ALTER TYPE color RENAME VALUE 'red' TO 'crimson'"))));
        stage.sql("INSERT INTO a VALUES (0, 'green')");
        stage.back(when("", unchecked(() -> stage.sql("ALTER TYPE color RENAME VALUE 'crimson' TO 'ruby'"))));
    }

    /** What was stored then shows a name that the label had neither before nor after. */
    private static void labelRenamedForAWhile(Stage stage) throws Exception {
        stage.begin();
        stage.sql("CREATE TYPE color AS ENUM ('red', 'green')");
        for (int i = 0; i < 10; i++) {
            stage.sql("CREATE TABLE t" + i + " (id int, c color)");
        }
        stage.back();
        for (int i = 0; i < 10; i++) {
            stage.sql("INSERT INTO t" + i + " SELECT n, 'red' FROM generate_series(1, 100) n");
        }
        stage.beginBack(8, unchecked(() -> stage.sql("ALTER TYPE color RENAME VALUE 'red' TO 'crimson'")));
        stage.sql("ALTER TYPE color RENAME VALUE 'crimson' TO 'red'");
        stage.back();
    }

    /** What is said of the whole database, if its transaction ids were not trusted. */
    static Optional<String> distrust(BackupResult result) {
        return Optional.ofNullable(result.manifest().fallbacks()).stream()
                .flatMap(java.util.List::stream)
                .filter(fallback -> fallback.table() == null)
                .map(Manifest.Fallback::reason)
                .findFirst();
    }
}
