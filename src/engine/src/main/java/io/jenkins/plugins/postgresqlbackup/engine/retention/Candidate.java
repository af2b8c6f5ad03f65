package io.jenkins.plugins.postgresqlbackup.engine.retention;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of one backup.
 *
 * @param id sorts by time, and decides between two of the same time
 * @param database which database it is of: equal texts for equal databases; empty for one that cannot be read
 * @param time the moment it stands for
 * @param pin why somebody pinned it; empty: nobody did
 * @param unreadable why its manifest cannot be read; empty: it can
 */
public record Candidate(
        String id, String database, Instant time, Grade grade, Optional<String> pin, Optional<String> unreadable) {
    public Candidate {
        Objects.requireNonNull(id);
        Objects.requireNonNull(database);
        Objects.requireNonNull(time);
        Objects.requireNonNull(grade);
        Objects.requireNonNull(pin);
        Objects.requireNonNull(unreadable);
    }

    /** One that nobody pinned. */
    public static Candidate of(String id, String database, Instant time, Grade grade) {
        return new Candidate(id, database, time, grade, Optional.empty(), Optional.empty());
    }

    /** One of which nothing is known but that it is there. */
    public static Candidate unreadable(String id, String why) {
        return new Candidate(id, "", Instant.EPOCH, Grade.DOUBTFUL, Optional.empty(), Optional.of(why));
    }
}
