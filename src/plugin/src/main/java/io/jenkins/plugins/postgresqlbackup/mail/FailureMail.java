package io.jenkins.plugins.postgresqlbackup.mail;

import hudson.Util;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;

/** Tells people that a backup or a verification failed: what is lost, what is still there, and how to restore it. */
public final class FailureMail {
    private final OperationRecord failed;
    private final OperationHistory history = OperationHistory.get();

    private FailureMail(OperationRecord failed) {
        this.failed = failed;
    }

    /**
     * Sends it, if this is an operation whose failure endangers data; takes a few seconds at most. A mail that cannot be sent fails nothing else: it is told in
     * Jenkins's log.
     *
     * @return what became of it, for the build's log; empty if none was due
     */
    public static Optional<String> send(OperationRecord failed) {
        if (!failed.getKind().isBackup() && failed.getKind() != OperationKind.VERIFY) {
            return Optional.empty();
        }
        List<String> recipients = BackupConfiguration.get().getAlerts().recipients();
        if (recipients.isEmpty()) {
            return Optional.of(Messages.FailureMail_nobody());
        }
        FailureMail mail = new FailureMail(failed);
        return Optional.of(new Post(recipients, mail.subject(), mail.text()).send());
    }

    /** Whether a verification came to the verdict that a backup is bad, rather than to none. */
    private boolean isVerdict() {
        return failed.getKind() == OperationKind.VERIFY && !failed.getBackup().isEmpty();
    }

    /** Of the database, or where that is not known of the repository. */
    private String what() {
        return failed.getDatabase().isEmpty() ? failed.getRepository() : failed.getDatabase();
    }

    private String subject() {
        if (isVerdict()) {
            return Messages.FailureMail_badSubject(what());
        }
        return failed.getKind() == OperationKind.VERIFY
                ? Messages.FailureMail_verificationSubject(what())
                : Messages.FailureMail_backupSubject(what());
    }

    private String headline() {
        if (isVerdict()) {
            return Messages.FailureMail_bad(failed.getBackup(), failed.getRepository());
        }
        return failed.getKind() == OperationKind.VERIFY
                ? Messages.FailureMail_verification(what(), failed.getRepository())
                : Messages.FailureMail_backup(failed.getDatabase(), failed.getRepository());
    }

    private String text() {
        Optional<OperationRecord> good = failed.getDatabase().isEmpty()
                ? history.lastGoodBackupIn(failed.getRepository())
                : history.lastGoodBackup(failed.getDatabase());
        return String.join(
                        "\n\n",
                        headline(),
                        failed.getMessage(),
                        good.map(this::lastGood).orElseGet(() -> Messages.FailureMail_noneGood(what())),
                        Messages.FailureMail_build(
                                Util.fixNull(Jenkins.get().getRootUrl()) + failed.getBuildUrl() + "console"))
                + "\n";
    }

    private String lastGood(OperationRecord good) {
        return Messages.FailureMail_lastGood(
                        good.getBackup(), second(good.getStartedAt()), good.getRepository(), restorable(good))
                + "\n\n" + new RestoreCommands(good).text();
    }

    private String restorable(OperationRecord good) {
        Optional<OperationRecord> proof = history.lastVerification(good.getRepository(), good.getBackup())
                .filter(check -> check.getState() == OperationState.SUCCEEDED);
        if (proof.isEmpty()) {
            return Messages.FailureMail_neverVerified();
        }
        String when = second(proof.get().getFinishedAt());
        return proof.get().isContentProof()
                ? Messages.FailureMail_verified(proof.get().getLevel(), when)
                : Messages.FailureMail_onlyStructure(when);
    }

    private static String second(long millis) {
        return Amounts.second(Instant.ofEpochMilli(millis));
    }
}
