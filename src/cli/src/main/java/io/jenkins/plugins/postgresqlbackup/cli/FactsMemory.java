package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.health.FactsJson;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * What the last check saw in a repository, in a small private file, so that the next one reads only what is new. Nothing depends on it: what cannot be
 * kept or read is looked up again.
 */
record FactsMemory(Path directory, Path file) {
    /** Where it is, by the rules of the XDG base directories. */
    static FactsMemory of(String repositoryId, Surroundings surroundings) {
        Path cache = surroundings
                .variable("XDG_CACHE_HOME")
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() -> surroundings.home().resolve(".cache"));
        Path directory = cache.resolve("pgbackup");
        return new FactsMemory(directory, directory.resolve(repositoryId + ".facts.json"));
    }

    Optional<RepositoryFacts> read() {
        try {
            return Optional.of(FactsJson.readRepository(Files.readString(file, StandardCharsets.UTF_8)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            log("What the last check saw cannot be read", e);
            return Optional.empty();
        }
    }

    void write(RepositoryFacts facts) {
        try {
            Files.createDirectories(directory);
            Path fresh = Files.createTempFile(
                    directory,
                    ".",
                    ".tmp",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(fresh, FactsJson.write(facts), StandardCharsets.UTF_8);
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            log("What this check saw cannot be kept", e);
        }
    }

    private static void log(String what, Exception e) {
        System.getLogger(FactsMemory.class.getName()).log(System.Logger.Level.DEBUG, what, e);
    }
}
