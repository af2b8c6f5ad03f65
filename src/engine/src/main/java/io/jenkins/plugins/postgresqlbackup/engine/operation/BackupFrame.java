package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a backup before its snapshot is taken.
 *
 * @param begunAt by the store's clock
 * @param previous its place in the row of all manifests
 * @param origins what it builds on
 */
record BackupFrame(
        BackupId id,
        Instant startedAt,
        Instant begunAt,
        Previous previous,
        Optional<Manifest> parent,
        Origins origins) {
    /** The place of a new manifest in the row of all. */
    record Previous(long counter, Manifest.Previous link) {}

    BackupKind kind() {
        return parent.isPresent() ? BackupKind.INCREMENTAL : BackupKind.FULL;
    }
}
