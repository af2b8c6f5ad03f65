package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Proves that a backup is what it was, as far as the level asks. Reads the repository only. For one thread; run once. */
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
        List<String> warnings = new ArrayList<>();
        progress.phase("Checking structure", 0);
        Optional<Manifest> read = manifest(problems);
        if (read.isEmpty()) {
            repository.damage().forEach(damage -> problems.add(damage + "."));
            return new VerificationResult(
                    backup, settings.level(), problems, warnings, 0, 0, 0, 0, Duration.between(began, clock.instant()));
        }
        Manifest manifest = read.get();
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

    private Optional<Manifest> manifest(List<String> problems) throws IOException {
        try {
            return Optional.of(repository.read(backup));
        } catch (RepositoryException e) {
            if (e.reason() != RepositoryException.Reason.DAMAGED) {
                throw e;
            }
            problems.add(e.getMessage());
            return Optional.empty();
        }
    }
}
