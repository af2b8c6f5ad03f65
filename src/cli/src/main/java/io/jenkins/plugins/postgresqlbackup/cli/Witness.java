package io.jenkins.plugins.postgresqlbackup.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What this machine remembers of a repository, in a small private file: its public key and the newest backup seen. A repository cannot witness
 * against itself: that its keys were exchanged for a stranger's, that its newest backup was deleted or an old state was put back shows only by
 * comparison with this.
 */
final class Witness {
    private static final int FORMAT = 1;
    private static final int SHOWN = 16;
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Path directory;
    private final Path file;
    private final Consumer<String> warnings;

    /**
     * What the file holds.
     *
     * @param fingerprint of the public key that new backups are sealed to
     * @param newest null if no backup was seen yet
     */
    record Memory(int format, String repository, String fingerprint, Seen newest) {}

    /** A backup that was there. */
    record Seen(String id, long counter) {}

    /** @param directory where the files of all repositories are, one each */
    Witness(Path directory, String repositoryId, Consumer<String> warnings) {
        this.directory = directory;
        this.file = directory.resolve(repositoryId + ".json");
        this.warnings = warnings;
    }

    /** Where the files are, by the rules of the XDG base directories. */
    static Path directory(Surroundings surroundings) {
        Path state = surroundings
                .variable("XDG_STATE_HOME")
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() -> surroundings.home().resolve(".local/state"));
        return state.resolve("pgbackup");
    }

    /**
     * Compares the repository with what is remembered, and remembers it from the first time on.
     *
     * @throws RepositoryException {@code STRANGER} if its public key is another one
     */
    void check(Repository repository) throws IOException {
        Optional<Seen> newest = newest(repository);
        if (newest.isPresent()) {
            compare(newest.get(), repository);
        }
    }

    /**
     * The newest backup that was seen here; compares the repository's key only, and remembers it from the first time on.
     *
     * @throws RepositoryException {@code STRANGER} if its public key is another one
     */
    Optional<Seen> newest(Repository repository) throws IOException {
        Memory memory = read();
        if (memory == null) {
            write(new Memory(FORMAT, repository.id(), repository.fingerprint(), null));
            return Optional.empty();
        }
        if (!memory.fingerprint().equals(repository.fingerprint())) {
            throw new RepositoryException(
                    Reason.STRANGER,
                    "The repository at " + repository.store().describe() + " has another public key ("
                            + shown(repository.fingerprint())
                            + ") than when it was last used here (" + shown(memory.fingerprint())
                            + "): if nobody of you rotated its keys, somebody else may have exchanged them; if it is right, accept it with"
                            + " `pgbackup key trust`.");
        }
        return Optional.ofNullable(memory.newest());
    }

    private void compare(Seen seen, Repository repository) throws IOException {
        List<BackupId> ids = repository.ids();
        BackupId newest = ids.isEmpty() ? null : ids.get(ids.size() - 1);
        if (newest != null && newest.value().equals(seen.id())) {
            return;
        }
        Manifest manifest = newest == null ? null : repository.read(newest);
        boolean advanced = manifest != null && manifest.counter() > seen.counter();
        if (advanced) {
            saw(repository, manifest);
        } else if (ids.stream().noneMatch(id -> id.value().equals(seen.id()))) {
            warnings.accept("the newest backup seen here before, " + seen.id()
                    + ", is gone from the repository: it was deleted, or an older state of the storage was put back"
                    + " (`pgbackup key trust` accepts that)");
        } else {
            warnings.accept("the backup " + newest + " counts as number " + manifest.counter() + ", but " + seen.id()
                    + " was number " + seen.counter()
                    + ": manifests between them are missing, or were put back from an older state");
        }
    }

    /** Remembers a backup, if it is newer than the one remembered. */
    void saw(Repository repository, Manifest manifest) throws IOException {
        saw(repository, new Seen(manifest.id().value(), manifest.counter()));
    }

    /** Remembers a backup, if it is newer than the one remembered. */
    void saw(Repository repository, Seen backup) throws IOException {
        Memory memory = read();
        Seen known = memory == null ? null : memory.newest();
        if (known == null || backup.counter() > known.counter()) {
            write(new Memory(FORMAT, repository.id(), repository.fingerprint(), backup));
        }
    }

    /** Takes the repository as it is now for right. */
    void trust(Repository repository) throws IOException {
        List<BackupId> ids = repository.ids();
        Seen newest = null;
        if (!ids.isEmpty()) {
            Manifest manifest = repository.read(ids.get(ids.size() - 1));
            newest = new Seen(manifest.id().value(), manifest.counter());
        }
        write(new Memory(FORMAT, repository.id(), repository.fingerprint(), newest));
    }

    private Memory read() {
        try {
            Memory memory = MAPPER.readValue(Files.readAllBytes(file), Memory.class);
            if (memory != null && memory.fingerprint() != null) {
                return memory;
            }
            warnings.accept("the state file " + file + " says nothing about the repository's key; it is begun anew");
        } catch (NoSuchFileException e) {
            return null; // the repository was never used from here
        } catch (JsonProcessingException e) {
            warnings.accept("the state file " + file
                    + " is damaged and is begun anew: what was known of the repository's key is lost");
        } catch (IOException e) {
            warnings.accept("the state file " + file + " cannot be read, so the repository's key is not compared: "
                    + e.getMessage());
        }
        return null;
    }

    private void write(Memory memory) {
        try {
            Files.createDirectories(directory);
            Path fresh = Files.createTempFile(
                    directory,
                    ".",
                    ".tmp",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.write(fresh, MAPPER.writeValueAsBytes(memory));
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            warnings.accept("the state file " + file
                    + " cannot be written, so the repository's key is not remembered here: " + e.getMessage());
        }
    }

    private static String shown(String fingerprint) {
        return fingerprint.substring(0, Math.min(SHOWN, fingerprint.length())) + "…";
    }
}
