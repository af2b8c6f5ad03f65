package io.jenkins.plugins.postgresqlbackup.mail;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.alert.Alert;
import io.jenkins.plugins.postgresqlbackup.alert.AlertEvent;
import io.jenkins.plugins.postgresqlbackup.alert.AlertEvent.Kind;
import io.jenkins.plugins.postgresqlbackup.alert.AlertSubject;
import io.jenkins.plugins.postgresqlbackup.alert.Places;
import io.jenkins.plugins.postgresqlbackup.alert.TestAlert;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.monitor.GoodBackup;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The e-mail about what one check made of alerts: what is wrong and what to do, what is still there, and how to restore it. */
final class AlertMail {
    /** How many are told at length; the others with a sentence each, the rest counted. */
    private static final int AT_LENGTH = 10;

    private static final int IN_ALL = 100;

    private final List<AlertEvent> events;
    private final Places places = new Places();

    AlertMail(List<AlertEvent> events) {
        this.events = events.stream().sorted(AlertSubject.worstFirst()).toList();
    }

    private static boolean isOver(AlertEvent event) {
        return event.kind() == Kind.RESOLVED;
    }

    String subject() {
        return new AlertSubject(events).line();
    }

    Conversation conversation() {
        return events.size() == 1 && events.get(0).kind() == Kind.OPENED
                ? Conversation.opening(events.get(0).alert())
                : Conversation.about(events.stream().map(AlertEvent::alert).toList());
    }

    Letter letter() {
        Letter letter = new Letter();
        events.stream().limit(AT_LENGTH).forEach(event -> tell(event, letter));
        events.stream().skip(AT_LENGTH).limit(IN_ALL - AT_LENGTH).forEach(event -> headline(event, letter));
        if (events.size() > IN_ALL) {
            letter.say(Messages.AlertMail_more(events.size() - IN_ALL));
        }
        tellOfBackups(letter);
        places.alerts()
                .ifPresentOrElse(
                        url -> letter.link(Messages.AlertMail_all(), url),
                        () -> letter.say(Messages.AlertMail_noUrl()));
        return letter.aside(Messages.AlertMail_why());
    }

    private static void headline(AlertEvent event, Letter letter) {
        Alert alert = event.alert();
        Letter.Tone tone = isOver(event) ? Letter.Tone.GOOD : alert.isError() ? Letter.Tone.ERROR : Letter.Tone.WARNING;
        letter.news(tone, AlertSubject.label(event), alert.getMessage());
    }

    private void tell(AlertEvent event, Letter letter) {
        Alert alert = event.alert();
        headline(event, letter);
        if (isOver(event)) {
            Instant resolved = alert.getResolvedAt() == null ? alert.getOpenedAt() : alert.getResolvedAt();
            letter.say(Messages.AlertMail_over(
                    Amounts.second(alert.getOpenedAt()),
                    Amounts.second(resolved),
                    Amounts.duration(Duration.between(alert.getOpenedAt(), resolved))));
            return;
        }
        letter.say(alert.getAdvice());
        if (event.kind() == Kind.WORSENED) {
            letter.say(Messages.AlertMail_worsened(Amounts.second(alert.getOpenedAt())));
        }
        letter.say(Messages.AlertMail_since(Amounts.second(alert.getSince())));
        if (!alert.getAdvice().contains("://")) { // where it is told already
            failedOperation(alert).flatMap(places::log).ifPresent(url -> letter.link(Messages.AlertMail_build(), url));
        }
    }

    /** The last operation that failed, if the alert is about one. */
    private static Optional<OperationRecord> failedOperation(Alert alert) {
        return AlertSubject.isAboutOperation(alert)
                ? OperationHistory.get()
                        .newest(record -> (record.getDatabase().equals(alert.getSubject())
                                        || record.getRepository().equals(alert.getSubject()))
                                && (record.getState() == OperationState.FAILED
                                        || record.getState() == OperationState.ABORTED))
                : Optional.empty();
    }

    /** Of each database that something is wrong with, and each repository that an error is in: the last good backup there. */
    private void tellOfBackups(Letter letter) {
        Set<String> databases = new LinkedHashSet<>();
        Set<String> repositories = new LinkedHashSet<>();
        events.stream()
                .filter(event -> !isOver(event))
                .map(AlertEvent::alert)
                .filter(alert -> !TestAlert.isOne(alert))
                .forEach(alert -> {
                    if (AlertSubject.isAboutDatabase(alert)) {
                        databases.add(alert.getSubject());
                    } else if (AlertSubject.isAboutRepository(alert) && alert.isError()) {
                        repositories.add(alert.getSubject());
                    }
                });
        Set<GoodBackup> told = new LinkedHashSet<>();
        databases.stream().limit(AT_LENGTH).forEach(database -> {
            letter.title(Messages.AlertMail_lastGoodOf(database));
            tellOfBackup(GoodBackup.of(database), database, told, letter);
        });
        for (String repository : repositories) {
            Optional<GoodBackup> backup = GoodBackup.in(repository);
            if (backup.filter(told::contains).isEmpty()) {
                letter.title(Messages.AlertMail_lastGoodIn(repository));
                tellOfBackup(backup, repository, told, letter);
            }
        }
    }

    private static void tellOfBackup(Optional<GoodBackup> good, String of, Set<GoodBackup> told, Letter letter) {
        if (good.isEmpty()) {
            letter.say(Messages.AlertMail_noneGood(of));
            return;
        }
        GoodBackup backup = good.get();
        told.add(backup);
        letter.say(Messages.AlertMail_lastGood(
                backup.id(),
                Amounts.second(backup.takenAt()),
                backup.repository(),
                Amounts.duration(Duration.between(backup.takenAt(), Instant.now()))));
        letter.say(restorable(backup));
        RestoreCommands commands = new RestoreCommands(backup.repository(), backup.id(), backup.database());
        letter.command(commands.aboutPipeline(), commands.pipeline());
        letter.command(commands.aboutCommandLine(), commands.commandLine());
    }

    private static String restorable(GoodBackup backup) {
        Optional<GoodBackup.Proof> proof = backup.proof();
        if (proof.isEmpty()) {
            return Messages.AlertMail_neverVerified();
        }
        String when = Amounts.second(proof.get().at());
        return proof.get().isOfContent()
                ? Messages.AlertMail_verified(proof.get().level(), when)
                : Messages.AlertMail_onlyStructure(when);
    }
}
