package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How to verify a backup.
 *
 * @param jobs how many blobs are opened at once, at least 1
 * @param scratch where the drill of level {@code restore} takes place; not needed below that
 * @param assertions SQL queries that must each return one row with {@code true} in the restored database
 * @param programs directories to look for PostgreSQL's client programs in, before the usual ones
 */
public record VerifySettings(
        VerificationLevel level, int jobs, Optional<Scratch> scratch, List<String> assertions, List<Path> programs) {
    public VerifySettings {
        if (level == VerificationLevel.RESTORE && scratch.isEmpty()) {
            throw new IllegalArgumentException(
                    "A drill needs a server to restore to, or PostgreSQL's server programs.");
        }
        assertions = List.copyOf(assertions);
        programs = List.copyOf(programs);
    }

    /** A level that needs no scratch server. */
    public static VerifySettings of(VerificationLevel level, int jobs) {
        return new VerifySettings(level, jobs, Optional.empty(), List.of(), List.of());
    }
}
