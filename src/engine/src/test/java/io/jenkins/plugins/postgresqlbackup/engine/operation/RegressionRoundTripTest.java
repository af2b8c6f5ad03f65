package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ScratchServer;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.testing.DatabaseComparison;
import io.jenkins.plugins.postgresqlbackup.engine.testing.DumpAndRestore;
import io.jenkins.plugins.postgresqlbackup.engine.testing.RegressionDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL's own regression database; what is needed for it stands at {@link RegressionDatabase}. */
@Tag("nightly")
class RegressionRoundTripTest {
    @TempDir
    private Path directory;

    @Test
    void itComesBackAsPgDumpAndPgRestoreBringItBack() throws Exception {
        assumeTrue(RegressionDatabase.source().isPresent(), "PGBACKUP_REGRESS_SRC names no directory");
        try (ScratchServer server = TestPostgres.startServer(Map.of());
                Repository repository = TestRepository.create(directory.resolve("repository"))) {
            ClientPrograms programs = TestPostgres.clientPrograms();
            Database source = RegressionDatabase.make(
                    server.database("postgres"),
                    programs,
                    RegressionDatabase.source().orElseThrow(),
                    Files.createDirectory(directory.resolve("tests")));
            Database theirs = DumpAndRestore.copy(source, "theirs", programs, directory.resolve("regression.dump"));
            BackupId backup = TestRepository.backUp(
                            repository, source, BackupSettings.defaults().withPrograms(List.of(TestPostgres.home())))
                    .manifest()
                    .id();
            Database ours = server.database("ours");
            RestoreSettings settings =
                    RestoreSettings.into(new RestoreInto.NewDatabase()).withPrograms(List.of(TestPostgres.home()));
            new RestoreBackup(repository, backup, ours, settings).run(Progress.silent());

            DatabaseComparison.of(theirs, ours, programs)
                    .withoutDatabaseProperties()
                    .assertEqual();
            assertThat(drill(repository, backup, server).problems()).isEmpty();
        }
    }

    private static VerificationResult drill(Repository repository, BackupId backup, ScratchServer server)
            throws Exception {
        VerifySettings settings = new VerifySettings(
                VerificationLevel.RESTORE,
                2,
                Optional.of(new Scratch.Server(server.database("postgres"))),
                List.of(),
                List.of(TestPostgres.home()));
        return new VerifyBackup(repository, backup, settings, Clock.systemUTC()).run(Progress.silent());
    }
}
