package io.jenkins.plugins.postgresqlbackup.alert;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.alert.AlertEvent.Kind;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.monitor.GoodBackup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What happened to alerts in one line that fits a phone's lock screen: how bad it is, what it is, and what it is about. */
public final class AlertSubject {
    /** As many characters as a lock screen shows. */
    static final int WIDTH = 60;

    private static final Set<Rule> OF_OPERATIONS = EnumSet.of(Rule.OPERATION_FAILED, Rule.VERIFICATION_FAILED);

    /** Those that repositories have; the subject of the others is a database, or neither. */
    private static final Set<Rule> OF_REPOSITORIES = EnumSet.of(
            Rule.RECOVERY_KEY_UNPROVEN,
            Rule.STORAGE_FULL,
            Rule.STORAGE_SETTINGS,
            Rule.MANIFEST_DAMAGED,
            Rule.PACK_MISSING,
            Rule.PACKS_ORPHANED,
            Rule.REPOSITORY_DAMAGED,
            Rule.LEASE_ENDLESS,
            Rule.KEY_SLOTS,
            Rule.REPOSITORY_UNREACHABLE);

    private final List<AlertEvent> events;

    /** @param events at least one, the worst first */
    public AlertSubject(List<AlertEvent> events) {
        this.events = List.copyOf(events);
    }

    /** Such as {@code ERROR: no good backup of orders for 31 h}. */
    public String line() {
        String line = events.size() == 1
                ? label(events.get(0)) + ": " + phrase(events.get(0).alert())
                : several();
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1).stripTrailing() + "…";
    }

    /** Such as {@code 2 ERRORS, 1 warning: orders, billing}. */
    private String several() {
        List<String> counts = new ArrayList<>();
        count(counts, of(Severity.ERROR), Messages.AlertSubject_errors(of(Severity.ERROR)));
        count(counts, of(Severity.WARNING), Messages.AlertSubject_warnings(of(Severity.WARNING)));
        long over =
                events.stream().filter(event -> event.kind() == Kind.RESOLVED).count();
        count(counts, over, Messages.AlertSubject_over(over));
        return String.join(", ", counts) + ": "
                + events.stream()
                        .map(event -> event.alert().getSubject())
                        .distinct()
                        .collect(Collectors.joining(", "));
    }

    private static void count(List<String> counts, long number, String words) {
        if (number > 0) {
            counts.add(words);
        }
    }

    private long of(Severity severity) {
        return events.stream()
                .filter(event -> event.kind() != Kind.RESOLVED && event.alert().getSeverity() == severity)
                .count();
    }

    /** A word for how an event is meant, such as {@code ERROR}. */
    public static String label(AlertEvent event) {
        if (TestAlert.isOne(event.alert())) {
            return Messages.AlertSubject_test();
        }
        if (event.kind() == Kind.RESOLVED) {
            return Messages.AlertSubject_resolved();
        }
        return event.alert().isError() ? Messages.AlertSubject_error() : Messages.AlertSubject_warning();
    }

    private static Optional<Rule> rule(Alert alert) {
        return Arrays.stream(Rule.values())
                .filter(rule -> rule.code().equals(alert.getRule()))
                .findFirst();
    }

    /** Whether it tells of what an operation came to. */
    public static boolean isAboutOperation(Alert alert) {
        return rule(alert).filter(OF_OPERATIONS::contains).isPresent();
    }

    /** Whether its subject is a database. */
    public static boolean isAboutDatabase(Alert alert) {
        return rule(alert).filter(OF_REPOSITORIES::contains).isEmpty()
                && BackupConfiguration.get().database(alert.getSubject()).isPresent();
    }

    /** Whether its subject is a repository. */
    public static boolean isAboutRepository(Alert alert) {
        return !isAboutDatabase(alert)
                && BackupConfiguration.get().repository(alert.getSubject()).isPresent();
    }

    private static String phrase(Alert alert) {
        if (TestAlert.isOne(alert)) {
            return Messages.AlertSubject_itWorks();
        }
        String name = alert.getSubject();
        return rule(alert).map(rule -> phrase(rule, alert, name)).orElse(alert.getRule() + ": " + name);
    }

    private static String phrase(Rule rule, Alert alert, String name) {
        return switch (rule) {
            case OPERATION_FAILED -> failed(alert.getDetail(), name);
            case BACKUP_OVERDUE -> overdue(alert, name);
            case VERIFICATION_OVERDUE -> Messages.AlertSubject_verificationOverdue(name);
            case VERIFICATION_FAILED -> Messages.AlertSubject_verificationFailed(name);
            case DRILL_OVERDUE -> Messages.AlertSubject_drillOverdue(name);
            case RECOVERY_KEY_UNPROVEN -> Messages.AlertSubject_recoveryKey(name);
            case SAME_PROJECT -> Messages.AlertSubject_sameProject(name);
            case STORAGE_FULL -> Messages.AlertSubject_storageFull(name);
            case STORAGE_SETTINGS -> Messages.AlertSubject_storageSettings(name);
            case RETENTION_OVERDUE -> Messages.AlertSubject_retention(name);
            case TOO_FEW_BACKUPS -> Messages.AlertSubject_tooFew(name);
            case EMPTY_BACKUP -> Messages.AlertSubject_empty(name);
            case UNUSUAL_SIZE -> Messages.AlertSubject_unusualSize(name);
            case UNUSUAL_ROWS -> Messages.AlertSubject_unusualRows(name);
            case UNUSUAL_DURATION -> Messages.AlertSubject_unusualDuration(name);
            case BACKUP_MISSING -> Messages.AlertSubject_backupMissing(name);
            case MANIFEST_DAMAGED -> Messages.AlertSubject_manifest(name);
            case PACK_MISSING -> Messages.AlertSubject_packMissing(name);
            case PACKS_ORPHANED -> Messages.AlertSubject_packsOrphaned(name);
            case REPOSITORY_DAMAGED -> Messages.AlertSubject_repositoryDamaged(name);
            case LEASE_ENDLESS -> Messages.AlertSubject_lease(name);
            case KEY_SLOTS -> Messages.AlertSubject_keySlots(name);
            case CLOCK_SKEW -> Messages.AlertSubject_clock(name);
            case HORIZON_OLD -> Messages.AlertSubject_horizon(name);
            case CONNECTIONS_SCARCE -> Messages.AlertSubject_connections(name);
            case CLIENT_PROGRAMS -> Messages.AlertSubject_programs(name);
            case REPOSITORY_UNREACHABLE, DATABASE_UNREACHABLE -> Messages.AlertSubject_unreachable(name);
            case JOB_MISSING -> Messages.AlertSubject_job(name);
            case MONITOR_STALLED -> Messages.AlertSubject_monitor();
            case ALERT_UNDELIVERED -> Messages.AlertSubject_undelivered(name);
        };
    }

    /** The detail ends with what kind of operation it was. */
    private static String failed(String detail, String name) {
        return switch (detail.substring(detail.lastIndexOf('/') + 1)) {
            case "backup" -> Messages.AlertSubject_backupFailed(name);
            case "verify-structure", "verify-content" -> Messages.AlertSubject_verifyFailed(name);
            case "drill" -> Messages.AlertSubject_drillFailed(name);
            case "restore" -> Messages.AlertSubject_restoreFailed(name);
            case "prune" -> Messages.AlertSubject_pruneFailed(name);
            default -> Messages.AlertSubject_failed(name);
        };
    }

    private static String overdue(Alert alert, String name) {
        if (alert.isResolved()) {
            return Messages.AlertSubject_overdue(name);
        }
        return GoodBackup.of(name)
                .map(backup -> Messages.AlertSubject_overdueFor(
                        name, brief(Duration.between(backup.takenAt(), Instant.now()))))
                .orElseGet(() -> Messages.AlertSubject_never(name));
    }

    /** {@code 25 min}, {@code 31 h}, {@code 5 d}. */
    private static String brief(Duration time) {
        if (time.toHours() < 2) {
            return String.format(Locale.ROOT, "%d min", Math.max(0, time.toMinutes()));
        }
        return time.toHours() < 72
                ? String.format(Locale.ROOT, "%d h", time.toHours())
                : String.format(Locale.ROOT, "%d d", time.toDays());
    }

    /** The worst first, and what is over last. */
    public static Comparator<AlertEvent> worstFirst() {
        return Comparator.comparing((AlertEvent event) -> event.kind() == Kind.RESOLVED)
                .thenComparing(event -> event.alert().getSeverity(), Comparator.reverseOrder());
    }
}
