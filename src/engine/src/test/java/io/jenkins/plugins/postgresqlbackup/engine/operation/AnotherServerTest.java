package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ScratchServer;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.testing.DatabaseComparison;
import io.jenkins.plugins.postgresqlbackup.engine.testing.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server is lost: on another one everything comes back, roles and an extension's configuration too. */
class AnotherServerTest {
    @TempDir
    private Path directory;

    @Test
    void everythingComesBackOnAnotherServer() throws Exception {
        Path home = directory.resolve("home");
        Files.createDirectory(home);
        for (Path open : List.of(directory, home)) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        ClientPrograms programs = TestPostgres.clientPrograms();
        Path binaries = Fixtures.withExtension(TestPostgres.server().database("postgres"), programs, home);
        try (ScratchServer here = start(binaries);
                ScratchServer there = start(binaries)) {
            TestPostgres.run(here.database("postgres"), "CREATE DATABASE \"the 'sink' \\ %d\" TEMPLATE template0");
            Database source = here.database("the 'sink' \\ %d");
            Fixtures.load(source, programs, "kitchen-sink", Map.of());

            Database copy = saveAndRestore(source, there.database("the 'sink' \\ %d"));

            DatabaseComparison comparison = DatabaseComparison.of(source, copy, programs);
            comparison.assertEqual();
            assertThat(comparison.differencesOfRoles())
                    .as("roles that the database uses")
                    .noneMatch(role -> role.matches(".*\"rolname\": \"ks(_owner|_app|_reader| Rôle.*)\".*"));
        }
    }

    private static ScratchServer start(Path binaries) throws Exception {
        return ScratchServer.start(binaries, Files.createTempDirectory("pgbackup-test-"), Map.of());
    }

    private Database saveAndRestore(Database source, Database copy) throws Exception {
        try (Repository repository = TestRepository.create(directory.resolve("repository"))) {
            BackupResult backup = TestRepository.backUp(
                    repository, source, BackupSettings.defaults().withPrograms(List.of(TestPostgres.home())));
            RestoreSettings settings = RestoreSettings.into(new RestoreInto.NewDatabase())
                    .withCreateRoles(true)
                    .withPrograms(List.of(TestPostgres.home()));
            new RestoreBackup(repository, backup.manifest().id(), copy, settings).run(Progress.silent());
        }
        return copy;
    }
}
