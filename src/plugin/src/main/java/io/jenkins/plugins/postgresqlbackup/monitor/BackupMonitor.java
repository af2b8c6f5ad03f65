package io.jenkins.plugins.postgresqlbackup.monitor;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.AsyncPeriodicWork;
import hudson.model.TaskListener;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.alert.Alerts;
import io.jenkins.plugins.postgresqlbackup.alert.CheckListener;
import io.jenkins.plugins.postgresqlbackup.alert.Errands;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.HealthRules;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.engine.health.Situation;
import io.jenkins.plugins.postgresqlbackup.result.Received;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Knows how all backups are. It looks at everything at regular intervals, a minute after Jenkins has started, and when it is asked to; each check on a thread of
 * its own, never two at once. Thread-safe; nobody who asks for what is known ever waits.
 */
@Extension
public final class BackupMonitor extends AsyncPeriodicWork {
    private static final Logger LOGGER = Logger.getLogger(BackupMonitor.class.getName());

    /** Longer than any round: what takes that long hangs. */
    private static final Duration LONGEST = Duration.ofMinutes(20);

    /** After so many periods without a check something holds the monitor. */
    private static final int PERIODS_WITHOUT = 3;

    /** How long after the last check one may begin that can wait: nights have many backups that end. */
    private static final Duration A_WHILE = Duration.ofMinutes(5);

    private static final Duration LISTENER_PATIENCE = Duration.ofSeconds(30);

    private final Path directory = Jenkins.get().getRootDir().toPath().resolve("postgresql-backup");
    private final MonitorNotes notes = new MonitorNotes(directory);
    private final Gathering gathering = new Gathering(directory.resolve("facts"), notes);
    private final Instant startedAt = Instant.now();
    private volatile Status status = Status.NONE;
    private volatile Duration patience = Probe.PATIENCE;

    private volatile boolean changed;

    /** When the last check of this Jenkins began; null: none has. Guarded by this object. */
    private Instant begunAt;

    /** What comes of the check that runs; null: none does. Guarded by this object. */
    private CompletableFuture<Status> running;

    /** What will come of the one after; null: nobody has asked for it. Guarded by this object. */
    private CompletableFuture<Status> next;

    public BackupMonitor() {
        super("PostgreSQL backup monitor");
    }

    public static BackupMonitor get() {
        return ExtensionList.lookupSingleton(BackupMonitor.class);
    }

    /** What the last check came to; after a restart, until there is one, what is still known of the one before. */
    public Status status() {
        return status;
    }

    /** That checks do not come to an end any more; empty if they do. Nobody but who shows or tells the status can notice that. */
    public Optional<Finding> stalled(Instant now) {
        Duration period = BackupConfiguration.get().getAlerts().getChecks().period();
        Instant checkedAt = Optional.ofNullable(status.checkedAt())
                .filter(last -> last.isAfter(startedAt))
                .orElse(startedAt);
        if (!checkedAt.plus(period.multipliedBy(PERIODS_WITHOUT)).isBefore(now)) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                Rule.MONITOR_STALLED,
                Severity.ERROR,
                Messages.BackupMonitor_subject(),
                "",
                Messages.BackupMonitor_stalled(checkedAt, period.toMinutes()),
                Messages.BackupMonitor_stalledAdvice(),
                checkedAt));
    }

    @Override
    public long getRecurrencePeriod() {
        return MIN;
    }

    @Override
    public long getInitialDelay() {
        return MIN;
    }

    @Override
    protected Level getNormalLoggingLevel() {
        return Level.FINE;
    }

    @Override
    protected void execute(TaskListener listener) {
        Instant now = Instant.now();
        Alerts.get().deliver(now);
        if (isDue(now)) {
            checkSoon();
        }
    }

    /** Visible for testing. */
    synchronized boolean isDue(Instant now) {
        Duration period = BackupConfiguration.get().getAlerts().getChecks().period();
        Duration pause = changed && A_WHILE.compareTo(period) < 0 ? A_WHILE : period;
        return running == null && (begunAt == null || !begunAt.plus(pause).isAfter(now));
    }

    /** Has everything checked, now or as soon as the check has ended that runs; returns at once. */
    public void checkSoon() {
        check().whenComplete((fresh, failure) -> {
            if (failure != null) {
                LOGGER.log(Level.WARNING, "The backups could not be checked", failure);
            }
        });
    }

    /** Has everything checked within minutes: something has changed that pages should show, and that is no news to whoever did it. */
    public void checkInAWhile() {
        changed = true;
    }

    /** As {@link #checkSoon}; what comes of it. Whoever asks while nobody has begun shares one check. */
    public synchronized CompletableFuture<Status> check() {
        if (next == null) {
            next = new CompletableFuture<>();
        }
        CompletableFuture<Status> mine = next;
        if (running == null) {
            begin();
        }
        return mine.copy();
    }

    private synchronized void begin() {
        CompletableFuture<Status> present = next;
        next = null;
        running = present;
        begunAt = Instant.now();
        changed = false;
        Optional<CompletableFuture<Status>> round = Errands.start("check", LONGEST, this::checkAll);
        if (round.isEmpty()) {
            ended(present, null, new IOException(Messages.BackupMonitor_hangs()));
        } else {
            // Not on the timer's thread, which says that it takes too long.
            round.get().whenCompleteAsync((fresh, failure) -> ended(present, fresh, failure));
        }
    }

    private void ended(CompletableFuture<Status> present, Status fresh, Throwable failure) {
        synchronized (this) {
            running = null;
            if (next != null && failure == null) {
                begin();
            } else if (next != null) {
                next.completeExceptionally(failure);
                next = null;
            }
        }
        if (failure == null) {
            present.complete(fresh);
        } else {
            present.completeExceptionally(failure);
        }
    }

    private Status checkAll() throws InterruptedException {
        new CheckRound(gathering.probes(), patience, this::checkSoon).run();
        Instant now = Instant.now();
        Situation situation = gathering.situation(now);
        List<Finding> findings = new ArrayList<>(HealthRules.findings(situation));
        findings.addAll(Alerts.get().findings(now));
        CheckJob.finding(now).ifPresent(findings::add);
        findings.replaceAll(BackupMonitor::onOneLineEach);
        findings.sort(Comparator.comparing(Finding::severity).reversed().thenComparing(Finding::id));
        notes.checked(now, gathering.databaseNames());
        Status fresh = new Status(now, situation, findings);
        publish(fresh);
        return fresh;
    }

    /** Much of it comes from nodes, which are trusted with less than the controller is, and goes into logs and mails. */
    private static Finding onOneLineEach(Finding finding) {
        return new Finding(
                finding.rule(),
                finding.severity(),
                finding.subject(),
                Received.line(finding.detail()),
                Received.line(finding.message()),
                Received.line(finding.advice()),
                finding.since());
    }

    /** What came of a check: from here on it is known, alerts open and are resolved by it, and listeners are told. Visible for testing. */
    public void publish(Status fresh) {
        synchronized (this) {
            status = fresh;
        }
        Alerts.get().update(fresh.findings(), fresh.checkedAt());
        for (CheckListener listener : CheckListener.all()) {
            Errands.start("listener " + listener.getClass().getName(), LISTENER_PATIENCE, () -> {
                        listener.checked(fresh);
                        return null;
                    })
                    .ifPresent(told -> told.whenComplete((nothing, failure) -> {
                        if (failure != null) {
                            LOGGER.log(Level.WARNING, "Not told of a check: " + listener, failure);
                        }
                    }));
        }
    }

    /** Shows after a restart what was known before; it takes a while to read, and nobody waits for that. */
    @Initializer(after = InitMilestone.JOB_CONFIG_ADAPTED, before = InitMilestone.COMPLETED)
    public static void remember() {
        BackupMonitor monitor = get();
        Errands.start("memory of the last check", LONGEST, () -> {
                    monitor.notes.checkedAt().ifPresent(monitor::showAgain);
                    return null;
                })
                .ifPresent(read -> read.whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        LOGGER.log(Level.WARNING, "What the last check saw cannot be shown", failure);
                    }
                }));
    }

    private void showAgain(Instant checkedAt) {
        Situation situation = gathering.situation(Instant.now());
        Status known = new Status(checkedAt, situation, HealthRules.findings(situation));
        synchronized (this) {
            if (status == Status.NONE) {
                status = known;
            }
        }
    }

    /** For tests, which do not wait for minutes. */
    void setPatience(Duration shorter) {
        patience = shorter;
    }
}
