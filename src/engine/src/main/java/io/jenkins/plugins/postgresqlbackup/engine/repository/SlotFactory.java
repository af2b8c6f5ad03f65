package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Holder;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyRing;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlots;
import io.jenkins.plugins.postgresqlbackup.engine.keys.SlotKind;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/** Makes key slots of one repository, each with a fresh id. */
record SlotFactory(String repositoryId, Clock clock, SecureRandom random) {
    KeySlot make(SlotKind kind, String label, Holder holder, KeyRing keys) throws IOException {
        return KeySlots.create(
                repositoryId,
                RepositoryCreation.randomHex(random, 8),
                kind,
                label,
                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                holder,
                kind == SlotKind.WRITE ? keys.writeOnly() : keys,
                random);
    }
}
