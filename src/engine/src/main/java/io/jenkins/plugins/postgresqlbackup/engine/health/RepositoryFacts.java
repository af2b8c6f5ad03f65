package io.jenkins.plugins.postgresqlbackup.engine.health;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What was seen in a repository. Immutable. Times are the store's where they come from it.
 *
 * @param location where it is, for people
 * @param storeTime what the store's clock said; null where it does not tell
 * @param clockTime what the clock of the machine said that looked, at the same moment
 * @param backups those whose manifests can be read, oldest first
 * @param unreadable the other manifests, by backup, and what is wrong with each
 * @param deleted the backups that a prune or their own writer has deleted, or is about to, as far as traces are left
 * @param verified when each backup was last verified with its content or more, by backup
 * @param drilled when each was last restored for trial
 * @param marks every mark of a verification, those that do not count too: none need be read twice
 * @param marksUnknown whether the key cannot tell which backups were verified: both maps are empty then
 * @param pinned the backups that somebody pinned, and why
 * @param packs every pack there
 * @param unfinished the backups that have left journals and no manifest
 * @param slots the key slots
 * @param newestGeneration the newest key generation
 * @param damage of the repository's other objects, a sentence each
 * @param leases who is at work, and who went without a word
 * @param bytes of all objects
 * @param diskBytes the size of the disk it lies on; null where that is not known
 * @param diskFreeBytes what is free there; null where that is not known
 * @param warnings what about the storage's settings would harm backups, a sentence each
 * @param project the Supabase project that the storage belongs to; null for none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RepositoryFacts(
        String location,
        String repositoryId,
        Instant storeTime,
        Instant clockTime,
        List<BackupFacts> backups,
        Map<String, String> unreadable,
        List<DeletedFacts> deleted,
        Map<String, Instant> verified,
        Map<String, Instant> drilled,
        List<MarkFacts> marks,
        boolean marksUnknown,
        Map<String, String> pinned,
        List<PackFacts> packs,
        List<String> unfinished,
        List<SlotFacts> slots,
        int newestGeneration,
        List<String> damage,
        List<LeaseFacts> leases,
        long objects,
        long bytes,
        Long diskBytes,
        Long diskFreeBytes,
        List<String> warnings,
        String project) {
    public RepositoryFacts {
        Objects.requireNonNull(location);
        Objects.requireNonNull(repositoryId);
        Objects.requireNonNull(clockTime);
        backups = List.copyOf(backups);
        unreadable = Map.copyOf(unreadable);
        deleted = List.copyOf(deleted);
        verified = Map.copyOf(verified);
        drilled = Map.copyOf(drilled);
        marks = List.copyOf(marks);
        pinned = Map.copyOf(pinned);
        packs = List.copyOf(packs);
        unfinished = List.copyOf(unfinished);
        slots = List.copyOf(slots);
        damage = List.copyOf(damage);
        leases = List.copyOf(leases);
        warnings = List.copyOf(warnings);
    }

    /**
     * What is left of a deleted backup.
     *
     * @param at since when its manifest is known to be gone; null: its deletion has only begun
     * @param packs those that its manifest named; null: nobody knows, for the trace is not as it was written
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record DeletedFacts(
            String backup,
            Instant at,

            @JsonSerialize(using = PackRuns.Writer.class) @JsonDeserialize(using = PackRuns.Reader.class)
            List<String> packs) {
        public DeletedFacts {
            Objects.requireNonNull(backup);
            packs = packs == null ? null : List.copyOf(packs);
        }
    }

    /**
     * The mark of a verification.
     *
     * @param name the name of its object
     * @param writtenAt when that was written
     * @param level {@code content} or {@code restore}; null: it does not count
     * @param at when the backup was verified; null: it does not count
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record MarkFacts(String name, Instant writtenAt, String backup, String level, Instant at) {
        public MarkFacts {
            Objects.requireNonNull(name);
            Objects.requireNonNull(writtenAt);
            Objects.requireNonNull(backup);
        }
    }

    /** A pack as it lies in the store. */
    public record PackFacts(String name, long bytes, Instant writtenAt) {
        public PackFacts {
            Objects.requireNonNull(name);
            Objects.requireNonNull(writtenAt);
        }
    }

    /**
     * A key slot.
     *
     * @param kind {@code full}, {@code write} or {@code recovery}
     * @param label whose it is
     * @param generation the newest key generation that it opens
     * @param provenAt when its key last opened the repository on purpose, to see that it does; null: never
     * @param own whether it is the one that was opened with
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SlotFacts(
            String id, String kind, String label, Instant createdAt, int generation, Instant provenAt, boolean own) {
        public SlotFacts {
            Objects.requireNonNull(id);
            Objects.requireNonNull(kind);
            Objects.requireNonNull(label);
            Objects.requireNonNull(createdAt);
        }
    }

    /**
     * Somebody at work.
     *
     * @param what what is being done
     * @param who by whom
     * @param alive whether there was a sign of life within minutes
     */
    public record LeaseFacts(String id, String what, String who, Instant beganAt, Instant renewedAt, boolean alive) {
        public LeaseFacts {
            Objects.requireNonNull(id);
            Objects.requireNonNull(what);
            Objects.requireNonNull(who);
            Objects.requireNonNull(beganAt);
            Objects.requireNonNull(renewedAt);
        }
    }
}
