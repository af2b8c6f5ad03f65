package io.jenkins.plugins.postgresqlbackup.mail;

import hudson.Extension;
import hudson.model.AsyncPeriodicWork;
import hudson.model.TaskListener;
import hudson.scheduler.CronTabList;
import hudson.scheduler.Hash;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Calendar;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Mails the digest when it is due: once each time, whenever Jenkins is restarted. When that was last is kept in {@code postgresql-backup/digest} below its
 * home, before the mail goes out; one that then cannot be sent is tried again.
 */
@Extension
public final class WeeklyDigest extends AsyncPeriodicWork {
    private static final Logger LOGGER = Logger.getLogger(WeeklyDigest.class.getName());

    /** What was due longer ago than that is of the past. */
    private static final Duration MEMORY = Duration.ofDays(32);

    private static final Duration PAUSE = Duration.ofMinutes(15);

    /** Until when nothing was due since the last one. */
    private Instant quietUntil = Instant.EPOCH;

    private Instant notBefore = Instant.EPOCH;

    public WeeklyDigest() {
        super("PostgreSQL backup digest");
    }

    @Override
    public long getRecurrencePeriod() {
        return MIN;
    }

    @Override
    protected Level getNormalLoggingLevel() {
        return Level.FINE;
    }

    @Override
    protected void execute(TaskListener listener) throws IOException, InterruptedException {
        mailIfDue(Instant.now());
    }

    /** One at a time. Visible for testing. */
    synchronized void mailIfDue(Instant now) throws IOException, InterruptedException {
        AlertSettings settings = BackupConfiguration.get().getAlerts();
        Optional<Instant> last = last();
        if (last.isEmpty() || !settings.isDigest()) {
            if (last.isEmpty() || last.get().isBefore(now.minus(1, ChronoUnit.DAYS))) {
                keep(now); // what was due before it was wanted is not
            }
            return;
        }
        Status status = BackupMonitor.get().status();
        if (now.isBefore(notBefore)
                || status.checkedAt() == null
                || !isDue(last.get(), now, settings.getDigestCron())) {
            return;
        }
        List<String> recipients = settings.recipients();
        if (recipients.isEmpty()) {
            keep(now);
            return;
        }
        keep(now);
        try {
            DigestMail mail = new DigestMail(status, now);
            new Post(recipients, mail.subject(), mail.letter(), Conversation.alone()).send("e-mail of a digest");
        } catch (IOException | InterruptedException | RuntimeException e) {
            keep(last.get());
            notBefore = now.plus(PAUSE);
            LOGGER.log(Level.WARNING, "The digest could not be mailed and is tried again", e);
            if (e instanceof InterruptedException) {
                throw e;
            }
        }
    }

    private boolean isDue(Instant last, Instant now, String cron) {
        CronTabList times = CronTabList.create(cron, Hash.from("PostgreSQL Backup digest"));
        Instant from = last.isAfter(quietUntil) ? last : quietUntil;
        Instant oldest = now.minus(MEMORY);
        Instant minute = (from.isAfter(oldest) ? from : oldest).truncatedTo(ChronoUnit.MINUTES);
        while (minute.plus(1, ChronoUnit.MINUTES).compareTo(now) <= 0) {
            minute = minute.plus(1, ChronoUnit.MINUTES);
            Calendar calendar = Calendar.getInstance(TimeZone.getDefault());
            calendar.setTimeInMillis(minute.toEpochMilli());
            if (times.check(calendar)) {
                return true;
            }
        }
        quietUntil = minute;
        return false;
    }

    private static Path directory() {
        return Jenkins.get().getRootDir().toPath().resolve("postgresql-backup");
    }

    private static Path file() {
        return directory().resolve("digest");
    }

    /** When the last one was mailed; empty: never, or nobody knows any more. */
    private static Optional<Instant> last() throws IOException {
        Path file = file();
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(Files.readString(file).strip()));
        } catch (DateTimeParseException e) {
            LOGGER.log(Level.WARNING, "When the last digest was mailed cannot be read: " + file, e);
            return Optional.empty();
        }
    }

    private static void keep(Instant time) throws IOException {
        Path file = file();
        Files.createDirectories(directory());
        Path fresh = file.resolveSibling("digest.new");
        Files.writeString(fresh, time + "\n", StandardCharsets.UTF_8);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
