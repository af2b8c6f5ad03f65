package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Authentic manifests that do not hold together, as a faulty program or the holder of a write slot may seal them. */
final class ForgedManifestTest {
    @TempDir
    private Path directory;

    @Test
    void blobsInPacksThatTheManifestDoesNotListAreAProblemOfStructure() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE pets AS SELECT 1 AS id");
        try (Repository repository = TestRepository.create(directory.resolve("repository"))) {
            Manifest good = TestRepository.backUp(repository, database).manifest();
            BackupId id = new BackupId("20991231T000000Z-aaaaaa");
            repository.write(withoutPacks(good, id));
            assertThat(TestRepository.verify(repository, good.id(), VerificationLevel.STRUCTURE)
                            .problems())
                    .isEmpty();
            assertThat(TestRepository.verify(repository, id, VerificationLevel.STRUCTURE)
                            .problems())
                    .singleElement()
                    .asString()
                    .contains("manifests/" + id, "in none of the packs it lists");
        }
    }

    private static Manifest withoutPacks(Manifest m, BackupId id) {
        return new Manifest(
                m.format(),
                id,
                m.kind(),
                m.counter(),
                m.previous(),
                m.parent(),
                m.generation(),
                m.begunAt(),
                m.startedAt(),
                m.finishedAt(),
                m.database(),
                m.snapshot(),
                m.schema(),
                m.globals(),
                m.largeObjects(),
                m.tables(),
                m.leftOut(),
                m.fallbacks(),
                m.totals(),
                List.of(),
                m.dataKeys(),
                m.labels(),
                m.madeBy());
    }
}
