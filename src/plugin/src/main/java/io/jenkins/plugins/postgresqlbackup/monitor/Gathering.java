package io.jenkins.plugins.postgresqlbackup.monitor;

import hudson.Util;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.agent.LookDatabase;
import io.jenkins.plugins.postgresqlbackup.agent.LookRepository;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseSituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.FactsJson;
import io.jenkins.plugins.postgresqlbackup.engine.health.HealthRules;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositorySituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Situation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Thresholds;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.PastOperations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jenkins.model.Jenkins;

/** What is known of all that the configuration names, and the looks at it. Thread-safe. */
final class Gathering {
    private final Looks<RepositoryFacts> repositories;
    private final Looks<DatabaseFacts> databases;
    private final MonitorNotes notes;

    /** @param directory where it is all kept */
    Gathering(Path directory, MonitorNotes notes) {
        this.repositories = new Looks<>(directory.resolve("repositories"), FactsJson::write, FactsJson::readRepository);
        this.databases = new Looks<>(directory.resolve("databases"), FactsJson::write, FactsJson::readDatabase);
        this.notes = notes;
    }

    /** A look at everything, what is well first. What the configuration no longer names is forgotten. */
    List<Probe<?>> probes() {
        BackupConfiguration configuration = BackupConfiguration.get();
        List<DatabaseEntry> watched = watched(configuration);
        repositories.keepOnly(configuration.repositoryNames());
        databases.keepOnly(watched.stream().map(DatabaseEntry::getName).toList());
        List<Probe<?>> probes = new ArrayList<>();
        configuration.getRepositories().forEach(entry -> probes.add(probe(entry)));
        watched.forEach(entry -> probes.add(probe(entry)));
        probes.sort(Comparator.comparing(Probe::isFailing));
        return probes;
    }

    /** Those that are saved or that drills take place on; one that is only restored into need not be there. */
    private static List<DatabaseEntry> watched(BackupConfiguration configuration) {
        Set<String> scratch = new HashSet<>();
        configuration.getDatabases().forEach(entry -> scratch.add(entry.getScratch()));
        return configuration.getDatabases().stream()
                .filter(entry -> !entry.getRepository().isEmpty() || scratch.contains(entry.getName()))
                .toList();
    }

    private Probe<RepositoryFacts> probe(RepositoryEntry entry) {
        RepositoryFacts before =
                repositories.of(entry.getName(), entry.getUrl()).known().orElse(null);
        return new Probe<>(
                "repository",
                entry.getName(),
                entry.getUrl(),
                entry.getNode(),
                repositories,
                () -> new LookRepository(entry.writeAccess(), before),
                result -> checked(entry, LookRepository.read(result, before == null ? List.of() : before.backups())));
    }

    /** What a node sends must not keep the monitor from judging the rest: facts that cannot be judged are none. */
    private static RepositoryFacts checked(RepositoryEntry entry, RepositoryFacts facts) throws IOException {
        Instant now = Instant.now();
        RepositorySituation alone =
                new RepositorySituation(entry.getName(), entry.goals(), Look.at(now, facts), Set.of());
        List<DatabaseSituation> saved = BackupConfiguration.get().getDatabases().stream()
                .filter(each -> each.getRepository().equals(entry.getName()))
                .map(each -> situation(each, Look.none(), now))
                .toList();
        judge(new Situation(now, List.of(alone), saved, Thresholds.usual()));
        return facts;
    }

    private static DatabaseFacts checked(DatabaseEntry entry, DatabaseFacts facts) throws IOException {
        Instant now = Instant.now();
        judge(new Situation(now, List.of(), List.of(situation(entry, Look.at(now, facts), now)), Thresholds.usual()));
        return facts;
    }

    private static DatabaseSituation situation(DatabaseEntry entry, Look<DatabaseFacts> look, Instant now) {
        return new DatabaseSituation(
                entry.getName(),
                entry.getRepository(),
                BackupConfiguration.get().scheduleOf(entry).goalsOf(entry, now),
                look,
                List.of(),
                List.of());
    }

    private static void judge(Situation situation) throws IOException {
        try {
            HealthRules.findings(situation);
        } catch (RuntimeException e) {
            throw new IOException(Messages.CompressedText_bad(), e);
        }
    }

    private Probe<DatabaseFacts> probe(DatabaseEntry entry) {
        return new Probe<>(
                "database",
                entry.getName(),
                entry.getUrl(),
                entry.getNode(),
                databases,
                () -> new LookDatabase(entry.access()),
                result -> checked(entry, LookDatabase.read(result)));
    }

    /** All that is known at this moment. */
    Situation situation(Instant now) {
        BackupConfiguration configuration = BackupConfiguration.get();
        List<DatabaseEntry> watched = watched(configuration);
        PastOperations past = OperationHistory.get().past();
        PastOperationFacts operations =
                new PastOperationFacts(past, Util.fixNull(Jenkins.get().getRootUrl()), watched);
        ExpectedJobs jobs = new ExpectedJobs(past, now);
        return new Situation(
                now,
                configuration.getRepositories().stream()
                        .map(entry -> situation(entry, operations))
                        .toList(),
                watched.stream()
                        .map(entry -> situation(entry, operations, jobs, now))
                        .toList(),
                configuration.getAlerts().thresholds());
    }

    private RepositorySituation situation(RepositoryEntry entry, PastOperationFacts operations) {
        return new RepositorySituation(
                entry.getName(),
                entry.goals(),
                repositories.of(entry.getName(), entry.getUrl()),
                operations.expectedIn(entry.getName()));
    }

    private DatabaseSituation situation(
            DatabaseEntry entry, PastOperationFacts operations, ExpectedJobs jobs, Instant now) {
        Look<DatabaseFacts> look = databases.of(entry.getName(), entry.getUrl());
        return new DatabaseSituation(
                entry.getName(),
                entry.getRepository(),
                BackupConfiguration.get().scheduleOf(entry).goalsOf(entry, notes.since(entry.getName(), now)),
                look,
                operations.of(entry.getName()),
                jobs.of(entry));
    }

    /** The names of the databases that something is promised of. */
    List<String> databaseNames() {
        return watched(BackupConfiguration.get()).stream()
                .map(DatabaseEntry::getName)
                .toList();
    }
}
