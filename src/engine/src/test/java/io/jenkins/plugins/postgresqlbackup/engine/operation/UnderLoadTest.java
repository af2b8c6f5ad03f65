package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ScratchServer;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While others write and change tables, each backup is of one moment, or ends with a sentence. */
@Tag("nightly")
final class UnderLoadTest {
    private static final int BACKUPS = 20;
    private static final int ACCOUNTS = 20_000;

    @TempDir
    private Path directory;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong transfers = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();

    @Test
    void twentyBackupsInARowHoldTheInvariant() throws Exception {
        try (ScratchServer server = TestPostgres.startServer(Map.of())) {
            Database source = database(server);
            ExecutorService others = Executors.newFixedThreadPool(4);
            List<Future<?>> working = List.of(
                    others.submit(() -> transferMoney(source, 1)),
                    others.submit(() -> transferMoney(source, 2)),
                    others.submit(() -> changeTables(source, 3)),
                    others.submit(() -> changeTables(source, 4)));
            List<BackupId> good = new ArrayList<>();
            List<String> sentences = new ArrayList<>();
            try (Repository repository = TestRepository.create(directory.resolve("repository"))) {
                for (int i = 0; i < BACKUPS; i++) {
                    long began = System.nanoTime();
                    backUp(repository, source, good, sentences);
                    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMinutes(2));
                }
                over.set(true);
                for (Future<?> one : working) {
                    one.get();
                }
                assertThat(good).as("refused: %s", sentences).hasSizeGreaterThan(BACKUPS / 2);
                for (BackupId backup : good) {
                    requireInvariant(server, repository, backup);
                }
            } finally {
                over.set(true);
                others.shutdownNow();
            }
            assertThat(transfers.get()).isGreaterThan(1000);
            assertThat(changes.get()).isGreaterThan(20);
            assertThat(sentences).allMatch(sentence -> sentence.endsWith(".") && !sentence.contains("Exception"));
        }
    }

    private static Database database(ScratchServer server) throws IOException {
        Database source = server.database("postgres");
        TestPostgres.run(
                source,
                "CREATE TABLE accounts (id int PRIMARY KEY, balance bigint NOT NULL, filler text) WITH (fillfactor = 80)",
                "INSERT INTO accounts SELECT i, 1000, repeat('x', 100) FROM generate_series(1, " + ACCOUNTS + ") i",
                "CREATE TABLE ledger (account int, amount bigint)",
                "CREATE TABLE truncated (id int)",
                "CREATE TABLE altered (id int, t text)",
                "CREATE TABLE rewritten AS SELECT i, repeat('y', 50) AS t FROM generate_series(1, 5000) i",
                "CREATE TABLE paired_a (n int)",
                "CREATE TABLE paired_b (n int)");
        return source;
    }

    private static void backUp(Repository repository, Database source, List<BackupId> good, List<String> sentences)
            throws Exception {
        BackupSettings settings = BackupSettings.defaults()
                .withPrograms(List.of(TestPostgres.home()))
                .withRangeBytes(512 * 1024)
                .withJobs(3);
        try {
            good.add(TestRepository.backUp(repository, source, settings)
                    .manifest()
                    .id());
        } catch (IOException e) {
            sentences.add(e.getMessage());
        }
    }

    /** Money moves and is written down; the sum of balances and of the ledger stays what it was. */
    private Void transferMoney(Database source, long seed) throws Exception {
        Random random = new Random(seed);
        while (!over.get()) {
            try (Connection connection = source.open("transfer");
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                for (int i = 0; i < 100 && !over.get(); i++) {
                    long amount = random.nextInt(100);
                    int from = 1 + random.nextInt(ACCOUNTS);
                    int to = 1 + random.nextInt(ACCOUNTS);
                    statement.execute("UPDATE public.accounts SET balance = balance - " + amount + " WHERE id = " + from
                            + "; UPDATE public.accounts SET balance = balance + " + amount + " WHERE id = " + to
                            + "; INSERT INTO public.ledger VALUES (" + from + ", -" + amount + "), (" + to + ", "
                            + amount + ")");
                    connection.commit();
                    transfers.incrementAndGet();
                }
            } catch (SQLException e) {
                requireDeadlock(e);
            }
        }
        return null;
    }

    /** Both halves of a pair are always filled or emptied together, and tables are changed in all ways that lock them. */
    private Void changeTables(Database source, long seed) throws Exception {
        Random random = new Random(seed);
        String mine = "public.mine_" + seed;
        List<String> ways = List.of(
                "BEGIN; LOCK TABLE public.paired_a, public.paired_b; TRUNCATE public.paired_a; TRUNCATE public.paired_b;"
                        + " INSERT INTO public.paired_a SELECT generate_series(1, 500);"
                        + " INSERT INTO public.paired_b SELECT generate_series(1, 500); COMMIT",
                "BEGIN; LOCK TABLE public.paired_a, public.paired_b; TRUNCATE public.paired_a; TRUNCATE public.paired_b; COMMIT",
                "TRUNCATE public.truncated; INSERT INTO public.truncated SELECT generate_series(1, 100)",
                "ALTER TABLE public.altered ADD COLUMN IF NOT EXISTS extra int DEFAULT 7; INSERT INTO public.altered (id) VALUES (1)",
                "ALTER TABLE public.altered DROP COLUMN IF EXISTS extra",
                "VACUUM FULL public.rewritten",
                "CREATE TABLE IF NOT EXISTS " + mine + " AS SELECT generate_series(1, 100) AS n",
                "DROP TABLE IF EXISTS " + mine);
        while (!over.get()) {
            try (Connection connection = source.open("change");
                    Statement statement = connection.createStatement()) {
                for (int i = 0; i < 20 && !over.get(); i++) {
                    statement.execute(ways.get(random.nextInt(ways.size())));
                    changes.incrementAndGet();
                    Thread.sleep(random.nextInt(600));
                }
            } catch (SQLException e) {
                requireDeadlock(e);
            }
        }
        return null;
    }

    private static void requireDeadlock(SQLException e) throws SQLException {
        // Deadlocks, and two sessions that create or drop or change the same table at once.
        if (!List.of("40P01", "42P07", "23505", "42P01", "XX000", "42701", "42703")
                .contains(e.getSQLState())) {
            throw e;
        }
    }

    private static void requireInvariant(ScratchServer server, Repository repository, BackupId backup)
            throws Exception {
        Database copy = server.database("copy_" + backup.value().substring(17));
        RestoreSettings settings =
                RestoreSettings.into(new RestoreInto.NewDatabase()).withPrograms(List.of(TestPostgres.home()));
        new RestoreBackup(repository, backup, copy, settings).run(Progress.silent());
        try (Connection connection = copy.open("check");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT (SELECT sum(balance) FROM public.accounts),"
                        + " (SELECT count(*) FROM public.accounts), (SELECT coalesce(sum(amount), 0) FROM public.ledger),"
                        + " (SELECT count(*) FROM (SELECT id, balance - 1000 FROM public.accounts WHERE balance <> 1000"
                        + " EXCEPT SELECT account, sum(amount) FROM public.ledger GROUP BY 1) x),"
                        + " (SELECT count(*) FROM public.paired_a) - (SELECT count(*) FROM public.paired_b),"
                        + " (SELECT count(*) FROM public.rewritten), (SELECT count(*) % 100 FROM public.truncated)")) {
            row.next();
            assertThat(row.getLong(1)).as("sum of balances in %s", backup).isEqualTo(1000L * ACCOUNTS);
            assertThat(row.getLong(2)).isEqualTo(ACCOUNTS);
            assertThat(row.getLong(3)).as("sum of the ledger in %s", backup).isZero();
            assertThat(row.getLong(4))
                    .as("accounts that differ from the ledger in %s", backup)
                    .isZero();
            assertThat(row.getLong(5)).as("halves of a pair in %s", backup).isZero();
            assertThat(row.getLong(6)).isEqualTo(5000);
            assertThat(row.getLong(7)).isZero();
        }
        TestPostgres.run(
                server.database("postgres"), "DROP DATABASE " + copy.url().database());
    }
}
