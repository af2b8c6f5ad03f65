package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Activity;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Lease;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells others in the repository what an operation is doing while it does it. Where that does not work nothing else suffers. For one thread. */
final class Presence implements AutoCloseable {
    private final Activity activity;
    private final Lease lease;

    private Presence(Activity activity, Lease lease) {
        this.activity = activity;
        this.lease = lease;
    }

    /**
     * Begins to tell.
     *
     * @param database null: it is about none
     * @param backup the one that is read; null: none
     * @param labels by which people know this run, unless the repository is used for somebody; empty: the number of the process
     */
    static Presence begin(
            Repository repository,
            String operation,
            DatabaseUrl database,
            BackupId backup,
            Map<String, String> labels) {
        return begin(
                repository,
                operation,
                database == null ? null : database.database(),
                database == null ? null : database.host() + ":" + database.port(),
                backup,
                labels);
    }

    /** Begins to tell of an operation that reads a backup, by its source. */
    static Presence begin(Repository repository, String operation, Manifest read) {
        Manifest.Source source = read.database();
        return begin(repository, operation, source.name(), source.host() + ":" + source.port(), read.id(), Map.of());
    }

    private static Presence begin(
            Repository repository,
            String operation,
            String database,
            String server,
            BackupId backup,
            Map<String, String> labels) {
        Activity activity = new Activity(
                operation,
                database,
                server,
                backup == null ? null : backup.value(),
                Machine.name(),
                System.getProperty("user.name"),
                repository
                        .user()
                        .orElseGet(() -> labels.isEmpty()
                                ? "process " + ProcessHandle.current().pid()
                                : text(labels)));
        return new Presence(activity, Lease.begin(repository, activity));
    }

    private static String text(Map<String, String> labels) {
        return labels.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(", "));
    }

    /** Who does this and where, for people. */
    String who() {
        return activity.who();
    }

    /** That others are taking a backup of the same database, a sentence for each. */
    List<String> others() {
        return lease.others().stream()
                .filter(held -> held.activity().operation().endsWith(" backup")
                        && held.activity().sameDatabase(activity))
                .map(held -> "Another " + held.activity().what() + " was begun "
                        + Amounts.duration(Duration.between(held.began(), lease.began())) + " ago by "
                        + held.activity().who()
                        + " and is still going on: two at once are probably a mistake.")
                .toList();
    }

    /** What did not work, each a sentence; to be asked at the end. */
    List<String> problems() {
        return lease.problems();
    }

    @Override
    public void close() {
        lease.close();
    }
}
