package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions and programs that are killed in the middle of a backup: one sentence, and no backup. */
final class KilledTest {
    @TempDir
    private Path directory;

    private Database database;

    @BeforeEach
    void fillADatabase() throws Exception {
        database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE wide AS SELECT n, repeat(md5(n::text), 20) AS text FROM generate_series(1, 100000) n",
                "SELECT lo_from_bytea(4711, 'a large object')");
    }

    @Test
    void aPgDumpThatIsKilledAfterItsWorkMakesNoBackup() throws Exception {
        String version = TestPostgres.clientPrograms().pgDump().toString();
        Path bin = Files.createDirectory(directory.resolve("bin"));
        for (String program : List.of("pg_dump", "pg_restore", "psql")) {
            Path file = bin.resolve(program);
            String kill = program.equals("pg_dump") ? "case \"$1\" in --version|-V) ;; *) kill -9 $$;; esac\n" : "";
            Files.writeString(
                    file, "#!/bin/sh\n\"" + Path.of(version).resolveSibling(program) + "\" \"$@\" || exit $?\n" + kill);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        requireFailure(BackupSettings.defaults().withPrograms(List.of(bin)), Progress.silent(), "pg_dump");
    }

    @Test
    void anEndedLeaderMakesNoBackup() throws Exception {
        requireFailure(BackupSettings.defaults(), killing("snapshot"), "");
    }

    @Test
    void anEndedReaderMakesNoBackup() throws Exception {
        requireFailure(BackupSettings.defaults(), killing("reader"), "");
    }

    @Test
    void allSessionsEndedMakesNoBackup() throws Exception {
        requireFailure(BackupSettings.defaults(), killing(""), "");
    }

    private void requireFailure(BackupSettings settings, Progress progress, String named) throws Exception {
        try (Repository repository = TestRepository.create(directory.resolve("repository"))) {
            Throwable failure = catchThrowable(() -> new FullBackup(
                            repository,
                            database,
                            settings.withRangeBytes(1 << 20),
                            Clock.systemUTC(),
                            TestRepository.RANDOM)
                    .run(progress));
            assertThat(failure).isInstanceOf(IOException.class);
            assertThat(failure.getMessage()).contains(named).endsWith(".").doesNotContain("\n", "Exception");
            assertThat(repository.ids()).isEmpty();
        }
    }

    /** Ends sessions of the backup as soon as the first rows have been read. */
    private Progress killing(String purpose) {
        AtomicBoolean done = new AtomicBoolean();
        return new Progress() {
            @Override
            public void phase(String name, long expectedBytes) {
                // only rows count here
            }

            @Override
            public void advance(long rows, long bytes) {
                if (done.compareAndSet(false, true)) {
                    try {
                        TestPostgres.run(
                                TestPostgres.server().database("postgres"),
                                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                                        + database.url().database() + "' AND application_name LIKE 'pgbackup%" + purpose
                                        + "%'");
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }

            @Override
            public void warn(String message) {
                // only rows count here
            }
        };
    }
}
