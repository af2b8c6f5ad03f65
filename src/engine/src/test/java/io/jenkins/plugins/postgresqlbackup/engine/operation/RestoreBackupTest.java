package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.testing.DatabaseComparison;
import io.jenkins.plugins.postgresqlbackup.engine.testing.Fixtures;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreBackupTest {
    @TempDir
    private Path directory;

    private static Database notThereYet() throws Exception {
        return TestPostgres.server().database("restored " + UUID.randomUUID());
    }

    @Test
    void theKitchenSinkComesBackAsItWas() throws Exception {
        Database source = TestPostgres.newDatabase("TEMPLATE template0 ENCODING 'UTF8'");
        Fixtures.load(source, TestPostgres.clientPrograms(), "kitchen-sink", Map.of("subscriptions", "off"));
        Database copy = notThereYet();
        try (Repository repository = TestRepository.create(directory)) {
            BackupResult backup = TestRepository.backUp(repository, source);

            RestoreResult result = new RestoreBackup(
                            repository,
                            backup.manifest().id(),
                            copy,
                            RestoreSettings.into(new RestoreInto.NewDatabase()))
                    .run(Progress.silent());

            assertThat(result.created()).isTrue();
            assertThat(result.tolerated()).isEmpty();
            assertThat(result.rows()).isEqualTo(backup.manifest().totals().rows());
        }
        DatabaseComparison.of(source, copy, TestPostgres.clientPrograms()).assertEqual();
    }
}
