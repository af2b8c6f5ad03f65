package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupSettings;
import io.jenkins.plugins.postgresqlbackup.engine.operation.DatabaseDigests;
import io.jenkins.plugins.postgresqlbackup.engine.operation.FullBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.IncrementalBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Progress;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreInto;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreSettings;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Reuse;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerificationLevel;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerificationResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerifyBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerifySettings;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Selection;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableName;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;

/** The demonstration: a shop is backed up, in full and then what has changed, verified, restored beside itself and compared with its copy. Run once, by one thread. */
final class Demo {
    private static final String COPY = "shop_restored";

    private final Surroundings surroundings;
    private final DemoServer server;
    private final Repository repository;
    private final Steps steps;
    private final int jobs;
    private final List<String> problems = new ArrayList<>();

    /**
     * What came of it.
     *
     * @param manifest of the incremental backup, which was verified and restored
     */
    record Outcome(Manifest full, Manifest manifest, long databaseBytes, List<String> problems) {
        boolean proven() {
            return problems.isEmpty();
        }
    }

    Demo(Surroundings surroundings, DemoServer server, Repository repository, Steps steps, Jobs jobs) {
        this.surroundings = surroundings;
        this.server = server;
        this.repository = repository;
        this.steps = steps;
        this.jobs = jobs.number();
    }

    Outcome run() throws Exception {
        Database shop = steps.step(
                "Fill a shop",
                progress -> server.openShop(),
                filled -> Amounts.bytes(server.size(filled)) + " on disk");
        long bytes = server.size(shop);
        Manifest full = steps.step("Back it up, encrypted", progress -> backUp(shop, progress), Demo::sizes);
        steps.step(
                "Let a day go by in the shop",
                progress -> server.trade(shop),
                changed -> Amounts.count(changed, "row", "rows") + " changed");
        Manifest manifest =
                steps.step("Back up what has changed", progress -> increment(shop, progress), Demo::sizesOfIncremental);
        steps.step("Verify that backup", progress -> verify(manifest, progress), Demo::checked);
        Database copy = server.database(COPY);
        steps.step("Restore it into a new database", progress -> restore(manifest, copy, progress), Demo::loaded);
        steps.step(
                "Compare all rows by digest",
                progress -> compareRows(shop, copy, progress),
                tables -> Amounts.count(tables, "table", "tables"));
        steps.step(
                "Compare definitions by pg_dump",
                progress -> compareDefinitions(shop, copy),
                lines -> Amounts.count(lines, "line", "lines"));
        return new Outcome(full, manifest, bytes, List.copyOf(problems));
    }

    private Manifest backUp(Database shop, Progress progress) throws IOException, InterruptedException {
        return new FullBackup(repository, shop, settings(), surroundings.clock(), surroundings.random())
                .run(progress)
                .manifest();
    }

    private Manifest increment(Database shop, Progress progress) throws IOException, InterruptedException {
        return new IncrementalBackup(repository, shop, settings(), surroundings.clock(), surroundings.random())
                .run(progress)
                .manifest();
    }

    private BackupSettings settings() {
        return BackupSettings.defaults().withJobs(jobs).withLabels(Map.of("by", "pgbackup demo"));
    }

    private VerificationResult verify(Manifest manifest, Progress progress) throws IOException, InterruptedException {
        VerificationResult result = new VerifyBackup(
                        repository,
                        manifest.id(),
                        VerifySettings.of(VerificationLevel.CONTENT, jobs),
                        surroundings.clock())
                .run(progress);
        problems.addAll(result.problems());
        return result;
    }

    private RestoreResult restore(Manifest manifest, Database copy, Progress progress)
            throws IOException, InterruptedException {
        RestoreSettings settings =
                RestoreSettings.into(new RestoreInto.NewDatabase()).withJobs(jobs);
        return new RestoreBackup(repository, manifest.id(), copy, settings).run(progress);
    }

    private int compareRows(Database shop, Database copy, Progress progress) throws IOException, InterruptedException {
        SortedMap<TableName, RowDigest> mine = new DatabaseDigests(shop, Selection.everything(), jobs).run(progress);
        SortedMap<TableName, RowDigest> theirs = new DatabaseDigests(copy, Selection.everything(), jobs).run(progress);
        TreeSet<TableName> tables = new TreeSet<>(mine.keySet());
        tables.addAll(theirs.keySet());
        for (TableName table : tables) {
            if (!Optional.ofNullable(mine.get(table)).equals(Optional.ofNullable(theirs.get(table)))) {
                problems.add("The rows of " + table + " differ: " + mine.get(table) + " in the source, "
                        + theirs.get(table) + " in the copy.");
            }
        }
        return tables.size();
    }

    private int compareDefinitions(Database shop, Database copy) throws IOException, InterruptedException {
        ClientPrograms clients = ClientPrograms.find(List.of(), server.major());
        SchemaText mine = SchemaText.of(shop, clients);
        String difference = mine.firstDifference(SchemaText.of(copy, clients));
        if (difference != null) {
            problems.add("The definitions differ: " + difference + ".");
        }
        return mine.lines().size();
    }

    private static String sizes(Manifest manifest) {
        Manifest.Totals totals = manifest.totals();
        return Amounts.count(totals.rows(), "row", "rows") + ", " + Amounts.bytes(totals.rawBytes()) + " to "
                + Amounts.bytes(totals.storedBytes());
    }

    private static String sizesOfIncremental(Manifest manifest) {
        return Amounts.bytes(Reuse.of(manifest).readBytes()) + " of rows read, "
                + Amounts.bytes(manifest.totals().storedBytes()) + " stored";
    }

    private static String checked(VerificationResult result) {
        return Amounts.count(result.rows(), "row", "rows") + ", every digest right";
    }

    private static String loaded(RestoreResult result) {
        return Amounts.count(result.rows(), "row", "rows") + ", " + Amounts.bytes(result.rawBytes());
    }
}
