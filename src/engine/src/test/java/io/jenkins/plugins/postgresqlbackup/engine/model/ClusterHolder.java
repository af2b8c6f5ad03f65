package io.jenkins.plugins.postgresqlbackup.engine.model;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestCluster;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The cluster that the histories of one thread go on in, one after another; a history may leave them another one than it found. */
final class ClusterHolder implements AutoCloseable {
    private static final String TEMPLATE = "model";

    private final Path home;
    private TestCluster cluster;

    private ClusterHolder(Path home, TestCluster cluster) {
        this.home = home;
        this.cluster = cluster;
    }

    /** @param home the directory whose {@code bin} has the server's programs */
    static ClusterHolder start(Path home) throws IOException, InterruptedException {
        TestCluster cluster = TestCluster.start(
                home,
                Map.of(
                        "max_prepared_transactions", "20",
                        "max_connections", "50",
                        "shared_buffers", "16MB",
                        "wal_keep_size", "64MB",
                        "checkpoint_timeout", "1h"));
        TestPostgres.run(cluster.database("postgres"), "CREATE DATABASE " + TEMPLATE);
        TestPostgres.run(cluster.database(TEMPLATE), ModelSchema.SQL);
        return new ClusterHolder(home, cluster);
    }

    Path home() {
        return home;
    }

    TestCluster cluster() {
        return cluster;
    }

    void replace(TestCluster other) {
        cluster = other;
    }

    /** A database in which a history begins, with a role of its own. */
    void create(String database) throws IOException {
        TestPostgres.run(
                maintenance(),
                "CREATE DATABASE " + database + " TEMPLATE " + TEMPLATE,
                "CREATE ROLE " + database + "_r");
    }

    void remove(String database) throws IOException {
        TestPostgres.run(
                maintenance(),
                "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)",
                "DO $$ DECLARE r text; BEGIN FOR r IN SELECT rolname FROM pg_roles WHERE rolname LIKE '" + database
                        + "\\_%' LOOP EXECUTE format('DROP ROLE %I', r); END LOOP; END $$");
    }

    Database maintenance() {
        return cluster.database("postgres");
    }

    @Override
    public void close() throws IOException {
        cluster.close();
    }
}
