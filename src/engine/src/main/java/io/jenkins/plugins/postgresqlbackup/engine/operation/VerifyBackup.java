package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMark;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMarks;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Proves that a backup is what it was, as far as the level asks. Reads the repository only, but for the mark that it leaves where all is well; a store
 * that does not take it gets a warning. For one thread; run once.
 */
public final class VerifyBackup {
    private final Repository repository;
    private final BackupId backup;
    private final VerifySettings settings;
    private final Clock clock;

    public VerifyBackup(Repository repository, BackupId backup, VerifySettings settings, Clock clock) {
        this.repository = repository;
        this.backup = backup;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Verifies. What is wrong with the backup stands in the result; what kept us from looking is thrown.
     *
     * @throws io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException at levels above structure with a write slot's key
     * @throws io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException when the store fails
     * @throws InterruptedException when the thread was interrupted; a drill's scratch database is dropped all the same
     */
    public VerificationResult run(Progress progress) throws IOException, InterruptedException {
        try {
            return verify(progress);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                InterruptedException interrupted = new InterruptedException("The verification was stopped.");
                interrupted.initCause(e);
                throw interrupted;
            }
            throw e;
        }
    }

    private VerificationResult verify(Progress progress) throws IOException, InterruptedException {
        Instant began = clock.instant();
        List<String> problems = new ArrayList<>();
        progress.phase("Checking structure", 0);
        Optional<Repository.Linked> read = manifest(problems);
        if (read.isEmpty()) {
            repository.damage().forEach(damage -> problems.add(damage + "."));
            return new VerificationResult(
                    backup,
                    settings.level(),
                    problems,
                    List.of(),
                    0,
                    0,
                    0,
                    0,
                    Duration.between(began, clock.instant()));
        }
        Manifest manifest = read.get().manifest();
        // From a store that may only be read nobody sees this, which is no worse a verification.
        try (Presence presence = Presence.begin(repository, "verification", manifest)) {
            return verify(progress, read.get(), presence, began, problems);
        }
    }

    private VerificationResult verify(
            Progress progress, Repository.Linked linked, Presence presence, Instant began, List<String> problems)
            throws IOException, InterruptedException {
        Manifest manifest = linked.manifest();
        List<String> warnings = new ArrayList<>();
        problems.addAll(new StructureCheck(repository, manifest).run());
        ContentCheck content = new ContentCheck(repository, manifest, progress);
        if (settings.level().compareTo(VerificationLevel.CONTENT) >= 0) {
            content.run(settings.jobs());
            problems.addAll(content.problems());
        }
        // What is wrong with the clear objects is no reason not to try the rest.
        if (settings.level() == VerificationLevel.RESTORE && content.problems().isEmpty()) {
            Drill drill = new Drill(repository, manifest, settings);
            try {
                drill.run(progress);
            } catch (IOException | InterruptedException e) {
                drill.warnings().forEach(progress::warn); // above all what it could not remove
                throw e;
            }
            problems.addAll(drill.problems());
            warnings.addAll(drill.warnings());
        }
        if (problems.isEmpty() && settings.level() != VerificationLevel.STRUCTURE) {
            mark(linked, presence.who(), warnings);
        }
        return new VerificationResult(
                backup,
                settings.level(),
                problems,
                warnings,
                content.blobs(),
                manifest.tables().size(),
                content.rows(),
                content.rawBytes(),
                Duration.between(began, clock.instant()));
    }

    /** Retention goes by it: what was not verified never pushes out what was. */
    private void mark(Repository.Linked verified, String who, List<String> warnings) {
        VerificationMark mark = new VerificationMark(
                backup,
                verified.link().sha256(),
                settings.level().toString(),
                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                who);
        try {
            new VerificationMarks(repository).write(mark);
        } catch (IOException e) {
            warnings.add(
                    "The backup is good, but the repository does not keep that it was verified: " + e.getMessage());
        }
    }

    private Optional<Repository.Linked> manifest(List<String> problems) throws IOException {
        try {
            return Optional.of(repository.readLinked(backup));
        } catch (RepositoryException e) {
            if (e.reason() != RepositoryException.Reason.DAMAGED) {
                throw e;
            }
            problems.add(e.getMessage());
            return Optional.empty();
        }
    }
}
