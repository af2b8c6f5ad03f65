package io.jenkins.plugins.postgresqlbackup.engine.model;

import io.jenkins.plugins.postgresqlbackup.engine.archive.Compression;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupRows;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupSettings;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Progress;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestCluster;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.testing.PlainDump;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Where one scenario takes place: a database {@code scene} on a server of its own, and its backups. For one thread. */
final class Stage implements AutoCloseable {
    private static final String SCENE = "scene";
    private static final Duration NEVER_PROVEN = Duration.ofDays(100_000);

    private final Path directory;
    private TestCluster cluster;
    private Chain chain;

    private Stage(Path directory) {
        this.directory = directory;
    }

    /** @param directory one that is not there yet, for the repository */
    static Stage open(Path directory) {
        return new Stage(directory);
    }

    /** A server with an empty database, whose tables will have ranges of about so many bytes. */
    void begin(long rangeBytes, Map<String, String> serverSettings) throws IOException, InterruptedException {
        cluster = TestCluster.start(TestPostgres.home(), serverSettings);
        TestPostgres.run(cluster.database("postgres"), "CREATE DATABASE " + SCENE);
        chain = Chain.begin(
                directory,
                TestPostgres.home(),
                BackupSettings.defaults()
                        .withJobs(1)
                        .withCompression(Compression.parse("none"))
                        // Proofs would find what the rules are there to find.
                        .withProveWithin(NEVER_PROVEN)
                        .withSizes(new BackupSettings.Sizes(rangeBytes, 1 << 28, 0, Duration.ofMinutes(10))));
    }

    void begin() throws IOException, InterruptedException {
        begin(1 << 20, Map.of());
    }

    TestCluster cluster() {
        return cluster;
    }

    void continueOn(TestCluster other) throws IOException {
        TestCluster before = cluster;
        cluster = other;
        before.close();
    }

    Database database() {
        return cluster.database(SCENE);
    }

    /** Each in a transaction of its own. */
    void sql(String... statements) throws IOException {
        TestPostgres.run(database(), statements);
    }

    /** Lets transactions pass that do nothing. */
    void burn(int transactions) throws IOException {
        sql("DO $$ BEGIN FOR i IN 1.." + transactions + " LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$");
    }

    /** The number of rows stays, no row is what it was, and the table lies where it lay. */
    void replaceRows(String table, int count) throws IOException {
        sql(
                "DELETE FROM " + table + " WHERE id <= " + count,
                "INSERT INTO " + table + " SELECT n, 'another ' || n FROM generate_series(1, " + count + ") n");
    }

    /** Takes a backup, and compares its rows with those of the source, which is at rest. */
    BackupResult back() throws IOException, InterruptedException {
        return back(Progress.silent());
    }

    /** The source may change while {@code progress} is told something, but not afterwards. */
    BackupResult back(Progress progress) throws IOException, InterruptedException {
        BackupResult result = chain.take(database(), progress);
        PlainDump stored = PlainDump.ofRows(BackupRows.read(chain.repository(), result.manifest()));
        List<String> differences = PlainDump.take(
                        database(),
                        ClientPrograms.find(
                                List.of(TestPostgres.home()),
                                result.manifest().database().serverVersion() / 10000))
                .rowsOnly()
                .differences(stored);
        if (!differences.isEmpty()) {
            throw new AssertionError("The backup is not what the source was:\n  " + String.join("\n  ", differences));
        }
        return result;
    }

    /** A backup that is stopped after some ranges; something happens when its snapshot is there. */
    void beginBack(int ranges, Runnable atReading) throws IOException {
        chain.takeAndStop(database(), ranges, atReading);
    }

    /** The backup's rows, without the server's help. */
    void verify() throws IOException, InterruptedException {
        chain.verify();
    }

    Path pack(Manifest.Blob blob) {
        return directory.resolve(blob.pack());
    }

    @Override
    public void close() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
        if (chain != null) {
            chain.close();
        }
    }
}
