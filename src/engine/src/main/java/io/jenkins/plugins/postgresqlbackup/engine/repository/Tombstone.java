package io.jenkins.plugins.postgresqlbackup.engine.repository;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * What is left of one deleted backup.
 *
 * @param state {@code begun}: its manifest is about to be deleted; {@code done}: it was
 * @param at when this was written, by the store's clock
 * @param reason why it was deleted, a sentence
 * @param packs the names of the packs that its manifest named
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Tombstone(BackupId backup, String state, Instant at, String reason, List<String> packs) {
    static final String BEGUN = "begun";
    static final String DONE = "done";

    public Tombstone {
        packs = List.copyOf(packs);
    }

    static Tombstone of(BackupId backup, String state, Instant at, String reason, Collection<String> packs) {
        return new Tombstone(
                backup, state, at, reason, packs.stream().distinct().sorted().toList());
    }
}
