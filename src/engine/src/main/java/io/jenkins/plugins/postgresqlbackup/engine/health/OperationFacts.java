package io.jenkins.plugins.postgresqlbackup.engine.health;

import java.time.Instant;

/**
 * One operation that somebody's history knows, and how it ended. Those that still run are not told. Immutable.
 *
 * @param kind which one; a verification's level counts as one of its own
 * @param backup the backup it made or read; empty if there is none, as with a verification that came to no verdict: one that names a backup and did not
 *     succeed has found it bad
 * @param succeeded whether it did all it was to do and found nothing wrong
 * @param stopped whether somebody stopped it: it neither succeeded nor failed
 * @param message what went wrong; empty if nothing did
 * @param where the URL of its log; empty if there is none
 */
public record OperationFacts(
        Kind kind,
        String database,
        String repository,
        String backup,
        boolean succeeded,
        boolean stopped,
        Instant startedAt,
        Instant finishedAt,
        String message,
        String where) {
    /** What an operation does, as far as health goes. */
    public enum Kind {
        BACKUP,
        VERIFY_STRUCTURE,
        VERIFY_CONTENT,
        DRILL,
        RESTORE,
        PRUNE
    }
}
