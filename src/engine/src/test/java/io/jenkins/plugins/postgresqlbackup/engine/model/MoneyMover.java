package io.jenkins.plugins.postgresqlbackup.engine.model;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestSql;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;

/** A session of somebody else: money moves between accounts, and each movement is written down, until it is closed. */
final class MoneyMover implements AutoCloseable {
    private final AtomicLong transfers = new AtomicLong();
    private final FutureTask<Void> task;
    private volatile boolean over;

    private MoneyMover(Database source, long seed) {
        task = new FutureTask<>(() -> move(source, new Random(seed)));
    }

    static MoneyMover start(Database source, long seed) {
        MoneyMover mover = new MoneyMover(source, seed);
        new Thread(mover.task, "money").start();
        return mover;
    }

    private Void move(Database source, Random random) throws Exception {
        try (Connection connection = source.open("money");
                Statement statement = connection.createStatement()) {
            while (!over) {
                int amount = random.nextInt(100);
                int from = 1 + random.nextInt(ModelSchema.ACCOUNTS);
                int to = 1 + random.nextInt(ModelSchema.ACCOUNTS);
                statement.execute("BEGIN; UPDATE public.accounts SET balance = balance - " + amount + " WHERE id = "
                        + from
                        + "; UPDATE public.accounts SET balance = balance + " + amount + " WHERE id = " + to
                        + "; INSERT INTO public.ledger VALUES (" + from + ", -" + amount + "), (" + to + ", " + amount
                        + "); COMMIT");
                transfers.incrementAndGet();
                Thread.sleep(2);
            }
        }
        return null;
    }

    void awaitTransfers(long number) throws InterruptedException {
        while (transfers.get() < number && !task.isDone()) {
            Thread.sleep(1);
        }
    }

    /** What must not be, whenever one looks. */
    static List<String> violations(Database copy) throws IOException {
        List<String> wrong = new ArrayList<>();
        String accounts = TestSql.rows(copy, "SELECT count(*), sum(balance) FROM accounts")
                .get(0);
        String expected = ModelSchema.ACCOUNTS + "|" + 1000L * ModelSchema.ACCOUNTS;
        if (!accounts.equals(expected)) {
            wrong.add("accounts and money: " + accounts + " instead of " + expected);
        }
        TestSql.rows(
                        copy,
                        "SELECT a.id, a.balance, l.moved FROM accounts a LEFT JOIN (SELECT account, sum(amount) AS moved"
                                + " FROM ledger GROUP BY account) l ON l.account = a.id"
                                + " WHERE a.balance <> 1000 + coalesce(l.moved, 0) LIMIT 5")
                .forEach(row -> wrong.add("an account that differs from the ledger: " + row));
        return wrong;
    }

    @Override
    public void close() throws IOException {
        over = true;
        try {
            task.get();
        } catch (ExecutionException e) {
            throw new IOException("The writer failed: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
