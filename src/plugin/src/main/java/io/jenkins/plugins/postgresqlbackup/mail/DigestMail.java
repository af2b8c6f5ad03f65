package io.jenkins.plugins.postgresqlbackup.mail;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.alert.Places;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositorySituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.PastOperations;
import io.jenkins.plugins.postgresqlbackup.mail.Letter.Fact;
import io.jenkins.plugins.postgresqlbackup.monitor.GoodBackup;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The e-mail that says how all backups are, whether or not anything is wrong. */
final class DigestMail {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final int MOST_FINDINGS = 100;

    private final Status status;
    private final Instant now;
    private final List<String> databases = BackupConfiguration.get().getDatabases().stream()
            .filter(entry -> !entry.getRepository().isEmpty())
            .map(DatabaseEntry::getName)
            .toList();

    DigestMail(Status status, Instant now) {
        this.status = status;
        this.now = now;
    }

    String subject() {
        return Messages.DigestMail_subject(verdict());
    }

    /** Such as {@code 2 errors, 1 warning}. */
    private String verdict() {
        long errors = status.count(Severity.ERROR);
        long warnings = status.count(Severity.WARNING);
        List<String> counts = new ArrayList<>();
        if (errors > 0) {
            counts.add(Messages.DigestMail_errors(errors));
        }
        if (warnings > 0) {
            counts.add(Messages.DigestMail_warnings(warnings));
        }
        return counts.isEmpty() ? Messages.DigestMail_well(databases.size()) : String.join(", ", counts);
    }

    private Letter.Tone tone() {
        return status.worst()
                .map(worst -> switch (worst) {
                    case ERROR -> Letter.Tone.ERROR;
                    case WARNING -> Letter.Tone.WARNING;
                    case INFO -> Letter.Tone.GOOD;
                })
                .orElse(Letter.Tone.GOOD);
    }

    Letter letter() {
        Letter letter = new Letter()
                .news(tone(), Messages.DigestMail_label(), Messages.DigestMail_headline(verdict()))
                .say(Messages.DigestMail_checked(Amounts.second(Objects.requireNonNullElse(
                        status.checkedAt(), status.situation().now()))));
        Places places = new Places();
        places.overview().ifPresent(url -> letter.link(Messages.DigestMail_overview(), url));
        if (!status.findings().isEmpty()) {
            letter.title(Messages.DigestMail_findings());
            letter.facts(status.findings().stream()
                    .limit(MOST_FINDINGS)
                    .map(DigestMail::fact)
                    .toList());
            if (status.findings().size() > MOST_FINDINGS) {
                letter.say(Messages.AlertMail_more(status.findings().size() - MOST_FINDINGS));
            }
        }
        databases.forEach(database -> letter.title(database).facts(factsOf(database)));
        status.situation()
                .repositories()
                .forEach(repository -> letter.title(Messages.DigestMail_storage(repository.name()))
                        .facts(factsOf(repository)));
        return letter.aside(Messages.DigestMail_why());
    }

    private static Fact fact(Finding finding) {
        String label =
                switch (finding.severity()) {
                    case ERROR -> Messages.AlertSubject_error();
                    case WARNING -> Messages.AlertSubject_warning();
                    case INFO -> Messages.DigestMail_info();
                };
        return new Fact(label, finding.message());
    }

    private List<Fact> factsOf(String database) {
        List<Fact> facts = new ArrayList<>();
        Optional<GoodBackup> good = GoodBackup.of(database);
        facts.add(new Fact(
                Messages.DigestMail_lastGood(),
                good.map(backup -> Messages.DigestMail_backup(backup.id(), ago(backup.takenAt()), backup.repository()))
                        .orElseGet(Messages::DigestMail_none)));
        facts.add(new Fact(Messages.DigestMail_verified(), when(lastOf(database, RepositoryFacts::verified, false))));
        facts.add(new Fact(Messages.DigestMail_drilled(), when(lastOf(database, RepositoryFacts::drilled, true))));
        good.flatMap(this::factsOf).ifPresent(newest -> {
            facts.add(new Fact(
                    Messages.DigestMail_size(),
                    Messages.DigestMail_amounts(
                            Amounts.bytes(newest.rawBytes()), newest.rows(), growth(database, newest))));
            facts.add(new Fact(Messages.DigestMail_storedInAWeek(), Amounts.bytes(storedInAWeek(database))));
        });
        return facts;
    }

    private String ago(Instant time) {
        Duration age = Duration.between(time, now);
        return age.toHours() < 72 ? Amounts.duration(age) : Messages.DigestMail_days(age.toDays());
    }

    private String when(Optional<Instant> time) {
        return time.map(at -> Messages.DigestMail_at(Amounts.second(at), ago(at)))
                .orElseGet(Messages::DigestMail_never);
    }

    private Stream<RepositoryFacts> repositories() {
        return status.situation().repositories().stream().flatMap(repository -> repository.look().known().stream());
    }

    private Stream<BackupFacts> backupsOf(String database) {
        return repositories().flatMap(facts -> facts.backups().stream()).filter(backup -> backup.isOf(database));
    }

    private Optional<BackupFacts> factsOf(GoodBackup backup) {
        return backupsOf(backup.database())
                .filter(facts -> facts.id().equals(backup.id()))
                .findFirst();
    }

    private Optional<Instant> lastOf(
            String database, java.util.function.Function<RepositoryFacts, Map<String, Instant>> marks, boolean drill) {
        PastOperations past = OperationHistory.get().past();
        Stream<Instant> done = (drill ? past.lastDrill(database) : past.lastProof(database))
                .map(OperationRecord::getFinishedAt).map(Instant::ofEpochMilli).stream();
        Stream<Instant> marked = repositories()
                .flatMap(facts -> facts.backups().stream()
                        .filter(backup -> backup.isOf(database))
                        .map(backup -> marks.apply(facts).get(backup.id())))
                .filter(Objects::nonNull);
        return Stream.concat(done, marked).max(Comparator.naturalOrder());
    }

    /** Since the newest backup that is a week older; empty if there is none. */
    private String growth(String database, BackupFacts newest) {
        return backupsOf(database)
                .filter(backup -> !backup.takenAt().isAfter(newest.takenAt().minus(WEEK)) && backup.rawBytes() > 0)
                .max(Comparator.comparing(BackupFacts::takenAt))
                .map(before -> Messages.DigestMail_growth(String.format(
                        Locale.ROOT, "%+.1f", 100.0 * (newest.rawBytes() - before.rawBytes()) / before.rawBytes())))
                .orElse("");
    }

    private long storedInAWeek(String database) {
        return backupsOf(database)
                .filter(backup -> backup.takenAt().isAfter(now.minus(WEEK)))
                .mapToLong(BackupFacts::storedBytes)
                .sum();
    }

    private static List<Fact> factsOf(RepositorySituation repository) {
        List<Fact> facts = new ArrayList<>();
        Optional<RepositoryFacts> known = repository.look().known();
        if (known.isEmpty()) {
            facts.add(new Fact(Messages.DigestMail_backups(), Messages.DigestMail_unseen()));
            return facts;
        }
        RepositoryFacts seen = known.get();
        facts.add(new Fact(
                Messages.DigestMail_backups(), Amounts.count(seen.backups().size())));
        facts.add(new Fact(
                Messages.DigestMail_used(),
                repository.goals().quotaBytes().isPresent()
                        ? of(seen.bytes(), repository.goals().quotaBytes().getAsLong())
                        : Amounts.bytes(seen.bytes())));
        if (seen.diskBytes() != null && seen.diskFreeBytes() != null) {
            facts.add(new Fact(
                    Messages.DigestMail_disk(), of(seen.diskBytes() - seen.diskFreeBytes(), seen.diskBytes())));
        }
        return facts;
    }

    private static String of(long part, long whole) {
        return Messages.DigestMail_of(Amounts.bytes(part), Amounts.bytes(whole), Amounts.share(part, whole));
    }
}
