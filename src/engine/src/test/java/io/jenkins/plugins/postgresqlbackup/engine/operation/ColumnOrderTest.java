package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** pg_restore puts a column that came late to a parent table before its children's own: the same rows, in another order of columns. */
class ColumnOrderTest {
    @TempDir
    private Path directory;

    @Test
    void columnsThatMoveAreNoDifferenceToADrillAndAValueThatMovesIs() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE parent (a int)",
                "CREATE TABLE child (b int) INHERITS (parent)",
                "ALTER TABLE parent ADD COLUMN c int",
                "INSERT INTO child (a, b, c) VALUES (1, 2, 3), (1, 1, 4)");
        try (Repository repository = TestRepository.create(directory)) {
            BackupId backup = TestRepository.backUp(
                            repository, source, BackupSettings.defaults().withPrograms(List.of(TestPostgres.home())))
                    .manifest()
                    .id();

            assertThat(drill(repository, backup, "SELECT count(*) = 1 FROM child WHERE b = 2 AND c = 3"))
                    .isEmpty();
            assertThat(drill(repository, backup, "SELECT count(*) = 1 FROM child WHERE b = 3 AND c = 2"))
                    .hasSize(1);
        }
    }

    private static List<String> drill(Repository repository, BackupId backup, String assertion) throws Exception {
        VerifySettings settings = new VerifySettings(
                VerificationLevel.RESTORE,
                1,
                Optional.of(new Scratch.Server(TestPostgres.server().database("postgres"))),
                List.of(assertion.replace("child", "public.child")),
                List.of(TestPostgres.home()));
        return new VerifyBackup(repository, backup, settings, Clock.systemUTC())
                .run(Progress.silent())
                .problems();
    }
}
