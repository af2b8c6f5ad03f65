package io.jenkins.plugins.postgresqlbackup.engine.model;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestCluster;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.io.IOException;
import java.util.Map;

/** Scenarios in which the server that is backed up is not, or not quite, the server that was. */
final class ClusterScenarios {
    private static final int MANY = 300;

    private ClusterScenarios() {}

    static final Map<String, Scenario> ALL = Map.of(
            "a copy of the data directory", stage -> copied(stage, true),
            "a copy of the data directory whose log is behind", stage -> copied(stage, false),
            "a failover that missed something", ClusterScenarios::failover,
            "a crash after asynchronous commits", ClusterScenarios::crash,
            "another cluster at the same address", ClusterScenarios::anotherCluster,
            "half of all transaction ids later", ClusterScenarios::halfOfAllTransactionsLater);

    private static void table(Stage stage, int rows) throws IOException {
        stage.sql(
                "CREATE TABLE junk (id int, v text)",
                "CREATE TABLE t (id int, v text)",
                "INSERT INTO t SELECT n, 'row ' || n FROM generate_series(1, " + rows + ") n");
    }

    private static void writeLog(Stage stage) throws IOException {
        stage.sql("INSERT INTO junk SELECT n, repeat('junk', 100) FROM generate_series(1, 10000) n", "TRUNCATE junk");
    }

    /** The original gives out ids of transactions that the copy gives out again. */
    private static void copied(Stage stage, boolean logAhead) throws Exception {
        stage.begin();
        table(stage, 100);
        TestCluster original = stage.cluster();
        original.stop();
        TestCluster copy = original.copy();
        original.start();
        stage.burn(MANY);
        if (!logAhead) {
            writeLog(stage);
        }
        stage.back();
        original.stop();
        copy.start();
        stage.continueOn(copy);
        stage.replaceRows("t", 10);
        stage.burn(2 * MANY);
        if (logAhead) {
            writeLog(stage);
        }
        stage.back();
        stage.back();
    }

    private static void failover(Stage stage) throws Exception {
        stage.begin();
        table(stage, 100);
        TestCluster primary = stage.cluster();
        primary.stop();
        TestCluster standby = primary.copy();
        standby.follow(primary);
        primary.start();
        stage.burn(MANY);
        stage.back();
        primary.stop();
        standby.start();
        TestPostgres.run(standby.database("postgres"), "SELECT pg_promote()");
        stage.continueOn(standby);
        stage.replaceRows("t", 10);
        stage.burn(2 * MANY);
        writeLog(stage);
        stage.back();
    }

    /** Ids that no log on disk knows of are given out again. */
    private static void crash(Stage stage) throws Exception {
        stage.begin(
                1 << 20, Map.of("synchronous_commit", "off", "wal_writer_delay", "10s", "wal_writer_flush_after", "0"));
        table(stage, 100);
        stage.sql("CHECKPOINT");
        stage.burn(MANY);
        stage.back();
        stage.cluster().crash();
        stage.cluster().start();
        stage.replaceRows("t", 10);
        stage.burn(2 * MANY);
        writeLog(stage);
        stage.back();
    }

    private static void anotherCluster(Stage stage) throws Exception {
        stage.begin();
        table(stage, 100);
        stage.burn(MANY);
        stage.back();
        int port = stage.database().url().port();
        stage.cluster().stop();
        TestCluster other = TestCluster.startAnew(TestPostgres.home(), Map.of(), port);
        TestPostgres.run(other.database("postgres"), "CREATE DATABASE scene");
        stage.continueOn(other);
        table(stage, 100);
        stage.replaceRows("t", 10);
        stage.burn(2 * MANY);
        writeLog(stage);
        stage.back();
    }

    /** What is young looks as if it were to come. */
    private static void halfOfAllTransactionsLater(Stage stage) throws Exception {
        stage.begin();
        table(stage, 100);
        stage.back();
        stage.replaceRows("t", 10);
        TransactionIds.advance(stage.cluster(), 1_500_000_000L);
        TransactionIds.advance(stage.cluster(), 800_000_000L);
        stage.back();
        stage.sql("DELETE FROM t WHERE id = 50", "INSERT INTO t VALUES (50, 'later')");
        stage.back();
    }
}
