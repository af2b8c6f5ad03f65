package io.jenkins.plugins.postgresqlbackup.mail;

import hudson.Util;
import hudson.tasks.Mailer;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import jakarta.mail.MessagingException;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import jenkins.model.JenkinsLocationConfiguration;

/** Tells people that a backup or a verification failed: what is lost, what is still there, and how to restore it. */
public final class FailureMail {
    private static final Logger LOGGER = Logger.getLogger(FailureMail.class.getName());

    private final OperationRecord failed;
    private final BackupConfiguration configuration = BackupConfiguration.get();
    private final OperationHistory history = OperationHistory.get();

    private FailureMail(OperationRecord failed) {
        this.failed = failed;
    }

    /**
     * Sends it, if this is an operation whose failure endangers data. A mail that cannot be sent fails nothing else: it is told in Jenkins's log.
     *
     * @return what became of it, for the build's log; empty if none was due
     */
    public static Optional<String> send(OperationRecord failed) {
        if (failed.getKind() != OperationKind.FULL && failed.getKind() != OperationKind.VERIFY) {
            return Optional.empty();
        }
        List<String> recipients = BackupConfiguration.get().getAlerts().recipients();
        if (recipients.isEmpty()) {
            return Optional.of(Messages.FailureMail_nobody());
        }
        try {
            new FailureMail(failed).deliver(recipients);
            return Optional.of(Messages.FailureMail_sent(String.join(", ", recipients)));
        } catch (MessagingException | UnsupportedEncodingException e) {
            LOGGER.log(Level.WARNING, "The e-mail about a failed backup could not be sent", e);
            return Optional.of(Messages.FailureMail_notSent(e.getMessage()));
        }
    }

    private void deliver(List<String> recipients) throws MessagingException, UnsupportedEncodingException {
        MimeMessage message = new MimeMessage(Mailer.descriptor().createSession());
        message.setFrom(Mailer.stringToAddress(
                JenkinsLocationConfiguration.get().getAdminAddress(), StandardCharsets.UTF_8.name()));
        for (String recipient : recipients) {
            message.addRecipient(MimeMessage.RecipientType.TO, new InternetAddress(recipient));
        }
        message.setSentDate(new Date());
        message.setSubject(subject(), StandardCharsets.UTF_8.name());
        message.setText(text(), StandardCharsets.UTF_8.name());
        Transport.send(message);
    }

    private String what() {
        return failed.getDatabase().isEmpty() ? failed.getRepository() : failed.getDatabase();
    }

    private String subject() {
        return failed.getKind() == OperationKind.VERIFY
                ? Messages.FailureMail_verificationSubject(what())
                : Messages.FailureMail_backupSubject(what());
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        text.append(
                        failed.getKind() == OperationKind.VERIFY
                                ? Messages.FailureMail_verification(failed.getBackup(), failed.getRepository())
                                : Messages.FailureMail_backup(failed.getDatabase(), failed.getRepository()))
                .append("\n\n")
                .append(failed.getMessage())
                .append("\n\n");
        Optional<OperationRecord> last = history.newest(record -> record.isGoodBackup()
                && (failed.getDatabase().isEmpty()
                        ? record.getRepository().equals(failed.getRepository())
                        : record.getDatabase().equals(failed.getDatabase())));
        text.append(last.map(this::lastGood).orElseGet(Messages::FailureMail_noneGood))
                .append('\n');
        String root = Util.fixNull(Jenkins.get().getRootUrl());
        text.append('\n')
                .append(Messages.FailureMail_build(root + failed.getBuildUrl() + "console"))
                .append('\n');
        return text.toString();
    }

    private String lastGood(OperationRecord good) {
        return Messages.FailureMail_lastGood(
                        good.getBackup(),
                        Amounts.second(Instant.ofEpochMilli(good.getStartedAt())),
                        good.getRepository(),
                        restorable(good))
                + "\n\n" + Messages.FailureMail_restore(pipeline(good), commandLine(good));
    }

    private String restorable(OperationRecord good) {
        return history.lastVerification(good.getRepository(), good.getBackup())
                .map(check -> check.getState() == OperationState.SUCCEEDED
                        ? Messages.FailureMail_verified(
                                check.getLevel(), Amounts.second(Instant.ofEpochMilli(check.getFinishedAt())))
                        : Messages.FailureMail_notGood(check.getMessage()))
                .orElseGet(Messages::FailureMail_neverVerified);
    }

    private String pipeline(OperationRecord good) {
        return "restoreBackup repository: '" + good.getRepository() + "', backup: '" + good.getBackup() + "', target: '"
                + good.getDatabase() + "'";
    }

    /** With the database's own URL, which holds no password; the key is asked for. */
    private String commandLine(OperationRecord good) {
        String repository = configuration
                .repository(good.getRepository())
                .map(RepositoryEntry::getUrl)
                .orElse("URL");
        String database = configuration
                .database(good.getDatabase())
                .map(DatabaseEntry::getUrl)
                .orElse("postgresql://user@host/database");
        return "java -jar pgbackup.jar restore " + good.getBackup() + " --repository '" + repository + "' --to '"
                + database + "' --create";
    }
}
