package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pins;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Tombstones;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMarks;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;

/** How a manifest goes, whoever wants that: word of it first, the pin looked for, then the manifest, then word that it is gone. */
final class ManifestDeletion {
    private ManifestDeletion() {}

    /**
     * Deletes one.
     *
     * @param now by the store's clock
     * @param gone told as soon as the manifest is gone, whatever fails after that
     * @return false when somebody has pinned the backup: nothing is deleted
     */
    static boolean run(
            Repository repository, BackupId backup, Instant now, String reason, Set<String> packs, Runnable gone)
            throws IOException {
        Tombstones tombstones = repository.tombstones();
        tombstones.begin(backup, now, reason, packs);
        if (new Pins(repository).find(backup).isPresent()) {
            // Who pins looks for the tombstone. It stays, for another may be deleting who has not seen the pin.
            return false;
        }
        repository.delete(backup);
        gone.run();
        tombstones.finish(backup, now, reason, packs);
        new VerificationMarks(repository).delete(backup);
        return true;
    }
}
