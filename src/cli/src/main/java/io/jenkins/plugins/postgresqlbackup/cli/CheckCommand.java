package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseGoals;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryGoals;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositorySituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.engine.health.Situation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Thresholds;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.operation.LookAtDatabase;
import io.jenkins.plugins.postgresqlbackup.engine.operation.LookAtRepository;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Progress;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        header = "Tell whether the backups are well, for cron and monitoring systems.",
        customSynopsis = "pgbackup check --repository URL [OPTIONS]",
        description = {
            "",
            "Looks for what would hurt when a backup is needed: none that is young enough, packs or manifests that are gone, proofs"
                    + " that are overdue, keys, storage that fills up, and more. The first line is the summary; then comes each"
                    + " finding with what to do. Every database that has backups there is judged.",
            "",
            "Reads only listings and what is new since the last check on this machine; rows are never read. Whether old backups"
                    + " were pruned is judged only if a --keep option says what is kept.",
            ""
        },
        footer = {
            "",
            "Exit codes, as monitoring plugins have them: 0 fine, 1 warning, 2 error, 3 could not check, or wrong usage.",
            "",
            "Examples:",
            "  pgbackup check --repository file:/backups --max-age 26h --verified-within 9d",
            "",
            "  # the server too, a quota, and files for Prometheus and a log",
            "  pgbackup check --repository s3://backups/shop --quota 500GB \\",
            "      --database postgresql://backup@db.example.com/shop \\",
            "      --prometheus /var/lib/node_exporter/pgbackup.prom \\",
            "      --log logs/backup-monitoring.log"
        })
final class CheckCommand implements Callable<Integer> {
    /** Besides those that read: one that holds the snapshot, and pg_dump's. */
    private static final int OTHER_CONNECTIONS = 2;

    private static final List<String> KEEPING =
            List.of("--keep-days", "--keep-last", "--keep-daily", "--keep-weekly", "--keep-monthly", "--keep-yearly");

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RepositoryOptions repository;

    @Option(
            names = "--of",
            paramLabel = "NAME",
            description = {
                "Judge the backups of this database only: its name, or host:port/name. May be repeated.",
                "Default: of every database that has backups there."
            },
            order = 3)
    private List<String> names = List.of();

    @Option(
            names = "--max-age",
            paramLabel = "AGE",
            description = "How old the newest good backup may be, e.g. 90m, 26h or 8d. Default: 26h.",
            order = 4)
    private Age maxAge = new Age(Duration.ofHours(26));

    @Option(
            names = "--verified-within",
            paramLabel = "AGE",
            description = "How long ago a backup's content may have been verified last. Default: it need not be.",
            order = 5)
    private Age verifiedWithin;

    @Option(
            names = "--drilled-within",
            paramLabel = "AGE",
            description = "How long ago one may have been restored for trial last. Default: it need not be.",
            order = 6)
    private Age drilledWithin;

    @Option(
            names = "--quota",
            paramLabel = "SIZE",
            description = "How much the repository may take, e.g. 500GB. Default: as much as there is.",
            order = 7)
    private Size quota;

    @Option(
            names = "--full-warning",
            paramLabel = "PERCENT",
            description = "From how full quota or disk on it is a warning. Default: 80.",
            order = 8)
    private int fullWarning = Thresholds.usual().storageWarningPercent();

    @Option(
            names = "--full-error",
            paramLabel = "PERCENT",
            description = "From how full on it is an error. Default: 90.",
            order = 9)
    private int fullError = Thresholds.usual().storageErrorPercent();

    @Mixin
    private PolicyOptions policy;

    @Option(
            names = "--ignore",
            paramLabel = "RULE",
            description =
                    "Say nothing about this, such as unusual-size; the findings name their rules. May be repeated.",
            order = 18)
    private List<Rule> ignored = List.of();

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "Look at this database too: its connections, clock, client programs and transactions.",
            order = 19)
    private DatabaseUrl url;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "With how many connections its backups read. Default: 2.",
            order = 20)
    private Jobs jobs = Jobs.USUAL;

    @Mixin
    private DatabaseOptions login;

    @Option(
            names = "--prometheus",
            paramLabel = "FILE",
            description = "Write the result for the text file collector of Prometheus's node exporter.",
            order = 30)
    private String prometheus;

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description = "Add a line of JSON for each check, e.g. to logs/backup-monitoring.log; it is rotated.",
            order = 31)
    private String log;

    @Mixin
    private OutputOptions output;

    CheckCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        Thresholds thresholds = thresholds();
        RetentionPolicy retention = policy.policy();
        String location = repository.location(surroundings);
        Checked checked;
        try {
            checked = check(location, retention, thresholds, report);
        } catch (IOException e) {
            unknown(location, e, report);
            throw e;
        }
        CheckText text = new CheckText(checked);
        boolean kept = keep(checked, text, report);
        if (report.json()) {
            report.object(text.object(report.warnings()));
        } else if (checked.state() == CheckState.OK) {
            report.say(text.text(report.paint()));
        } else {
            report.insist(text.text(report.paint()));
        }
        return kept || checked.state() != CheckState.OK ? checked.state().code() : CheckState.UNKNOWN.code();
    }

    private Thresholds thresholds() {
        if (fullWarning < 1 || fullWarning > fullError || fullError > 100) {
            throw new UsageException(
                    "--full-warning and --full-error are percentages from 1 to 100, the warning first.");
        }
        Thresholds usual = Thresholds.usual();
        return new Thresholds(
                fullWarning,
                fullError,
                usual.unusualFactor(),
                usual.history(),
                usual.orphanedAfter(),
                usual.overdueDeletion(),
                usual.endlessAfter(),
                usual.clockSkew(),
                off());
    }

    /** Another policy than the one that prunes go by would only give false alarms. */
    private Set<Rule> off() {
        Set<Rule> off = new HashSet<>(ignored);
        if (KEEPING.stream().noneMatch(spec.commandLine().getParseResult()::hasMatchedOption)) {
            off.add(Rule.RETENTION_OVERDUE);
        }
        return off;
    }

    private Checked check(String location, RetentionPolicy retention, Thresholds thresholds, Report report)
            throws IOException, InterruptedException {
        try (Secret secret = repository.secret(surroundings, report::warn);
                Repository opened = open(secret)) {
            Witness witness = RepositoryOptions.witness(opened, surroundings, report);
            Optional<Witness.Seen> before = witness.newest(opened);
            FactsMemory memory = FactsMemory.of(opened.id(), surroundings);
            RepositoryFacts facts =
                    new LookAtRepository(opened, memory.read(), surroundings.clock()).run(Progress.silent());
            memory.write(facts);
            Optional<WatchedDatabases.Seen> database = look();
            Instant now = surroundings.clock().instant();
            String name = opened.store().describe();
            Checked checked = Checked.of(new Situation(
                    now,
                    List.of(new RepositorySituation(
                            name,
                            new RepositoryGoals(
                                    retention, quota == null ? OptionalLong.empty() : OptionalLong.of(quota.bytes())),
                            Look.at(now, facts),
                            before.map(Witness.Seen::id).map(Set::of).orElse(Set.of()))),
                    new WatchedDatabases(name, facts.backups(), goals()).situations(names, database),
                    thresholds));
            Optional<BackupFacts> newest = facts.backups().stream().max(Comparator.comparing(BackupFacts::counter));
            if (newest.isPresent()) {
                witness.saw(
                        opened, new Witness.Seen(newest.get().id(), newest.get().counter()));
            }
            return checked;
        } catch (RepositoryException e) {
            return Checked.alone(surroundings.clock().instant(), location, finding(e, location));
        }
    }

    private Repository open(Secret secret) throws IOException {
        ObjectStore store = repository.store(surroundings, false);
        try {
            return Repository.open(store, secret);
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** What cannot be checked with this key is unknown; a repository that is not what it should be is found out. */
    private Finding finding(RepositoryException problem, String location) throws RepositoryException {
        Rule rule =
                switch (problem.reason()) {
                    case ABSENT -> Rule.REPOSITORY_UNREACHABLE;
                    case DAMAGED -> Rule.REPOSITORY_DAMAGED;
                    case STRANGER -> Rule.KEY_SLOTS;
                    default -> throw problem;
                };
        return new Finding(
                rule,
                Severity.ERROR,
                location,
                "",
                problem.getMessage(),
                "Nothing could be restored from there as it is: find out what became of it.",
                surroundings.clock().instant());
    }

    private DatabaseGoals goals() {
        return new DatabaseGoals(
                Instant.EPOCH,
                Optional.of(maxAge.duration()),
                Optional.ofNullable(verifiedWithin).map(Age::duration),
                Optional.ofNullable(drilledWithin).map(Age::duration),
                jobs.number() + OTHER_CONNECTIONS);
    }

    private Optional<WatchedDatabases.Seen> look() throws InterruptedException {
        if (url == null) {
            return Optional.empty();
        }
        Clock clock = surroundings.clock();
        Look<DatabaseFacts> look;
        try {
            DatabaseFacts facts = new LookAtDatabase(login.database(url, surroundings), login.programs(), clock).run();
            look = Look.at(clock.instant(), facts);
        } catch (IOException e) {
            look = Look.<DatabaseFacts>none().failed(clock.instant(), e.getMessage());
        }
        return Optional.of(new WatchedDatabases.Seen(url, look));
    }

    /** Whether others can read what was found. */
    private boolean keep(Checked checked, CheckText text, Report report) {
        Map<String, Object> line = line(checked.at(), checked.state(), checked.repository());
        line.put("summary", text.summary());
        line.put("findings", checked.findings().stream().map(CheckText::object).toList());
        line.put(
                "ages",
                checked.databases().stream()
                        .filter(database -> database.age().isPresent())
                        .collect(Collectors.toMap(
                                Checked.OfDatabase::name,
                                database -> database.age().get().toSeconds())));
        return keep(PrometheusText.of(checked), line, report);
    }

    private void unknown(String location, IOException problem, Report report) {
        Instant now = surroundings.clock().instant();
        String summary = CheckState.UNKNOWN.name() + ": "
                + String.valueOf(problem.getMessage()).replaceAll("\\s*\\R\\s*", " ");
        Map<String, Object> line = line(now, CheckState.UNKNOWN, location);
        line.put("summary", summary);
        keep(PrometheusText.unknown(now, location), line, report);
        if (report.json()) {
            line.put("warnings", report.warnings());
            report.object(line);
        } else {
            report.insist(Paint.printable(summary));
        }
    }

    private static Map<String, Object> line(Instant at, CheckState state, String location) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("checkedAt", at.toString());
        line.put("state", state.toString());
        line.put("repository", location);
        return line;
    }

    private boolean keep(String metrics, Map<String, Object> line, Report report) {
        boolean kept = true;
        if (prometheus != null) {
            kept = kept(() -> CheckFiles.replace(Surroundings.path(prometheus), metrics), prometheus, report);
        }
        if (log != null) {
            kept &= kept(() -> CheckFiles.append(Surroundings.path(log), line), log, report);
        }
        return kept;
    }

    @FunctionalInterface
    private interface Writing {
        void run() throws IOException;
    }

    private static boolean kept(Writing writing, String file, Report report) {
        try {
            writing.run();
            return true;
        } catch (IOException e) {
            report.warn("the file " + file + " cannot be written: " + e.getMessage());
            return false;
        }
    }
}
