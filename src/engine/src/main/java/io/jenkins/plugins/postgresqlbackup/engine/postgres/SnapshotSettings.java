package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.time.Duration;

/**
 * How patient a snapshot is.
 *
 * @param lockWait how long to wait for a lock that somebody else holds
 * @param flushWait how long to wait until the server has written its log up to the snapshot
 * @param attempts how often to begin while tables come and go
 */
public record SnapshotSettings(Duration lockWait, Duration flushWait, int attempts) {
    public static SnapshotSettings defaults() {
        return new SnapshotSettings(Duration.ofSeconds(60), Duration.ofSeconds(10), 10);
    }
}
