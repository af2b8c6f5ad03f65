package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.keys.RawKey;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryCreation;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStores;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;

/** A repository in a directory, opened with a raw key. */
final class TestRepository {
    static final SecureRandom RANDOM = new SecureRandom();

    private TestRepository() {}

    static Secret key(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return new RawKey(key);
    }

    static ObjectStore store(Path directory) throws IOException {
        return ObjectStores.open(directory.toUri(), true);
    }

    static Repository create(Path directory) throws IOException {
        return create(store(directory));
    }

    static Repository create(ObjectStore store) throws IOException {
        return RepositoryCreation.create(store, key(1), "test", Clock.systemUTC(), RANDOM)
                .repository();
    }

    static Repository open(Path directory) throws IOException {
        return Repository.open(store(directory), key(1));
    }

    /** Everything, with the client programs that belong to the tests' server. */
    static BackupSettings settings() throws IOException {
        return BackupSettings.defaults().withPrograms(List.of(TestPostgres.home()));
    }

    static RestoreResult restore(Repository repository, BackupId backup, Database target, RestoreSettings settings)
            throws IOException, InterruptedException {
        return new RestoreBackup(repository, backup, target, settings.withPrograms(List.of(TestPostgres.home())))
                .run(Progress.silent());
    }

    static BackupResult backUp(Repository repository, Database database) throws IOException, InterruptedException {
        return backUp(repository, database, settings());
    }

    static BackupResult backUp(Repository repository, Database database, BackupSettings settings)
            throws IOException, InterruptedException {
        return new FullBackup(repository, database, settings, Clock.systemUTC(), RANDOM).run(Progress.silent());
    }

    static BackupResult increment(Repository repository, Database database, BackupSettings settings)
            throws IOException, InterruptedException {
        return new IncrementalBackup(repository, database, settings, Clock.systemUTC(), RANDOM).run(Progress.silent());
    }

    static VerificationResult verify(Repository repository, BackupId backup, VerificationLevel level)
            throws IOException, InterruptedException {
        return new VerifyBackup(repository, backup, VerifySettings.of(level, 1), Clock.systemUTC())
                .run(Progress.silent());
    }
}
