package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operation that is told to stop, at whatever moment, stops soon and leaves nothing behind. */
final class StoppingTest {
    private static final long SOON_MILLIS = 5_000;

    @TempDir
    private static Path shared;

    private static Database database;
    private static Path repositoryPath;
    private static BackupId backup;

    @BeforeAll
    static void fillADatabase() throws Exception {
        database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE wide AS SELECT n, repeat(md5(n::text), 20) AS text FROM generate_series(1, 100000) n",
                "ALTER TABLE wide ADD PRIMARY KEY (n)",
                "CREATE INDEX ON wide (text)",
                "CREATE MATERIALIZED VIEW sums AS SELECT n % 1000 AS k, count(*), max(text) FROM wide GROUP BY 1",
                "SELECT lo_from_bytea(4711, string_agg(sha512(n::text::bytea), ''::bytea)) FROM generate_series(1, 60000) n");
        repositoryPath = shared.resolve("repository");
        try (Repository repository = TestRepository.create(repositoryPath)) {
            backup = TestRepository.backUp(repository, database).manifest().id();
        }
    }

    @Test
    void aBackupStopsAtAnyMoment() throws Exception {
        try (Repository repository = TestRepository.open(repositoryPath)) {
            List<BackupId> before = repository.ids();
            sweep(() -> TestRepository.backUp(repository, database), 150, 7);
            for (BackupId id : repository.ids()) {
                if (!before.contains(id)) {
                    assertThat(TestRepository.verify(repository, id, VerificationLevel.STRUCTURE)
                                    .problems())
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void aVerificationStopsAtAnyMoment() throws Exception {
        try (Repository repository = TestRepository.open(repositoryPath)) {
            sweep(() -> TestRepository.verify(repository, backup, VerificationLevel.CONTENT), 50, 5);
        }
    }

    @Test
    void aVerificationStopsWithinALargeObjectOnASlowStore() throws Exception {
        try (Repository repository =
                Repository.open(slow(TestRepository.store(repositoryPath)), TestRepository.key(1))) {
            sweep(() -> TestRepository.verify(repository, backup, VerificationLevel.CONTENT), 1000, 1);
        }
    }

    @Test
    void aRestoreStopsAtAnyMoment() throws Exception {
        try (Repository repository = TestRepository.open(repositoryPath)) {
            sweep(
                    () -> {
                        String name = "stopped_" + UUID.randomUUID().toString().substring(0, 8);
                        return new RestoreBackup(
                                        repository,
                                        backup,
                                        TestPostgres.server().database(name),
                                        RestoreSettings.into(new RestoreInto.NewDatabase()))
                                .run(Progress.silent());
                    },
                    300,
                    8);
        }
    }

    @Test
    void aDrillStopsAtAnyMomentAndDropsItsDatabase() throws Exception {
        VerifySettings how = new VerifySettings(
                VerificationLevel.RESTORE,
                2,
                Optional.of(new Scratch.Server(TestPostgres.server().database("postgres"))),
                List.of(),
                List.of());
        try (Repository repository = TestRepository.open(repositoryPath)) {
            sweep(() -> new VerifyBackup(repository, backup, how, Clock.systemUTC()).run(Progress.silent()), 500, 8);
        }
        try (Connection connection = TestPostgres.server().database("postgres").open("look");
                ResultSet row = connection
                        .createStatement()
                        .executeQuery("SELECT count(*) FROM pg_database WHERE datname LIKE 'pgbackup_drill_%'")) {
            row.next();
            assertThat(row.getInt(1)).isZero();
        }
    }

    private static void sweep(Callable<?> operation, long stepMillis, int steps) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (int step = 1; step <= steps; step++) {
            AtomicReference<Throwable> end = new AtomicReference<>();
            Thread thread = new Thread(() -> {
                try {
                    operation.call();
                } catch (Throwable e) {
                    end.set(e);
                }
            });
            thread.start();
            Thread.sleep(stepMillis * step);
            boolean under = thread.isAlive();
            thread.interrupt();
            long told = System.nanoTime();
            thread.join(40_000);
            long took = (System.nanoTime() - told) / 1_000_000;
            String when = "after " + stepMillis * step + " ms: ";
            if (took > SOON_MILLIS) {
                wrong.add(when + "took " + took + " ms");
            }
            if (under && end.get() != null && !(end.get() instanceof InterruptedException)) {
                wrong.add(when + end.get());
            }
            Thread.sleep(200); // a thread whose task has ended takes a moment to be gone
            List<String> threads = Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .filter(name -> name.matches("(backup|verify|restore|statistics|read)-.*"))
                    .toList();
            if (!threads.isEmpty()) {
                wrong.add(when + "threads " + threads);
            }
            List<String> children = ProcessHandle.current()
                    .descendants()
                    .map(child -> child.info().commandLine().orElse(""))
                    .filter(line -> line.contains("pg_dump") || line.contains("pg_restore") || line.contains("psql"))
                    .toList();
            if (!children.isEmpty()) {
                wrong.add(when + "children " + children);
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Each read takes a while, and no interrupt shortens it. */
    private static ObjectStore slow(ObjectStore store) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(store, arguments);
                        return method.getName().equals("read") && arguments.length == 3
                                ? new SlowStream((InputStream) result)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static final class SlowStream extends FilterInputStream {
        SlowStream(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            long end = System.nanoTime() + 100_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return super.read(bytes, offset, Math.min(length, 16_384));
        }
    }
}
