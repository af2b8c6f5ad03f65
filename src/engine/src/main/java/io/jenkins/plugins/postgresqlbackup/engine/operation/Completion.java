package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Analysis;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseException;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.MaterializedView;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.MaterializedViews;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableName;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/** What is computed from the restored rows: materialised views and the planner's statistics. */
final class Completion {
    private static final String VIEWS = "rows of materialised views";
    private static final String STATISTICS = "statistics";

    private final Restoration restoration;

    Completion(Restoration restoration) {
        this.restoration = restoration;
    }

    void expect() {
        restoration.standing().expect(VIEWS);
        restoration.standing().expect(STATISTICS);
    }

    void run(List<MaterializedView> views) throws IOException, InterruptedException {
        refresh(views);
        analyse(Analysis.targets(restoration.target().database()));
    }

    void refresh(List<MaterializedView> views) throws IOException, InterruptedException {
        restoration.progress().phase("Refreshing materialised views", 0);
        Map<MaterializedView, String> failed =
                MaterializedViews.refresh(restoration.target().database(), restoration.programs(), views);
        failed.forEach((view, reason) -> restoration
                .failures()
                .add("The materialised view " + view.schema() + "." + view.name() + " could not be refreshed: "
                        + reason));
        if (failed.isEmpty()) {
            restoration.standing().done(VIEWS);
        }
    }

    void analyse(List<TableName> tables) throws IOException, InterruptedException {
        restoration.progress().phase("Gathering statistics", 0);
        Database database = restoration.target().database();
        Queue<TableName> queue = new ConcurrentLinkedQueue<>(tables);
        int workers = Math.max(1, Math.min(restoration.settings().jobs(), tables.size()));
        Queue<String> problems = new ConcurrentLinkedQueue<>();
        List<Callable<Void>> parts = IntStream.range(0, workers)
                .<Callable<Void>>mapToObj(i -> () -> {
                    work(database, queue, problems);
                    return null;
                })
                .toList();
        Workers.run("statistics", parts, () -> {});
        problems.forEach(restoration::warn);
        restoration.standing().done(STATISTICS);
    }

    private static void work(Database database, Queue<TableName> queue, Queue<String> problems)
            throws DatabaseException {
        try (Connection session = Analysis.open(database)) {
            for (TableName table = queue.poll(); table != null; table = queue.poll()) {
                Analysis.run(session, table).ifPresent(problems::add);
            }
        } catch (SQLException e) {
            throw DatabaseException.of(e, "ending a session");
        }
    }
}
