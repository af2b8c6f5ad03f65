package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseException;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Role;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ScratchServer;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Sql;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TargetDatabase;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A restore into a database that is compared with what the source was and dropped again, whatever happens in between. Roles that had to be created for
 * it are dropped too.
 */
final class Drill {
    private final Repository repository;
    private final Manifest manifest;
    private final VerifySettings settings;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    Drill(Repository repository, Manifest manifest, VerifySettings settings) {
        this.repository = repository;
        this.manifest = manifest;
        this.settings = settings;
    }

    List<String> problems() {
        return problems;
    }

    List<String> warnings() {
        return warnings;
    }

    void run(Progress progress) throws IOException, InterruptedException {
        Scratch scratch = settings.scratch().orElseThrow();
        if (scratch instanceof Scratch.Server server) {
            on(server.maintenance(), progress);
        } else if (scratch instanceof Scratch.Binaries binaries) {
            progress.phase("Starting a server", 0);
            Path directory = Files.createTempDirectory("pgbackup-drill-");
            try (ScratchServer server = ScratchServer.start(binaries.home(), directory, Map.of())) {
                on(server.database("postgres"), progress);
            }
        }
    }

    private void on(Database maintenance, Progress progress) throws IOException, InterruptedException {
        String name = "pgbackup_drill_" + UUID.randomUUID().toString().substring(0, 8);
        Database database = maintenance.withDatabase(name);
        TargetDatabase target = TargetDatabase.of(database);
        List<String> rolesBefore = roles(maintenance);
        try {
            restoreAndCompare(database, progress);
        } finally {
            // In a thread of its own, for whoever stops the drill may do so in the middle of this too.
            CompletableFuture.runAsync(
                            () -> cleanUp(target, maintenance, rolesBefore),
                            task -> new Thread(task, "drill clean-up").start())
                    .join();
        }
    }

    private void restoreAndCompare(Database database, Progress progress) throws IOException, InterruptedException {
        RestoreSettings how = RestoreSettings.into(new RestoreInto.NewDatabase())
                .withCreateRoles(true)
                .withJobs(settings.jobs())
                .withPrograms(settings.programs());
        try {
            RestoreResult restored = new RestoreBackup(repository, manifest.id(), database, how).run(progress);
            warnings.addAll(restored.warnings());
            warnings.addAll(restored.tolerated());
        } catch (RestoreFailedException e) {
            problems.addAll(e.problems());
            return;
        }
        new DrillComparison(repository, manifest, database, settings.jobs(), problems).run(progress);
        progress.phase("Asking the assertions", 0);
        for (String assertion : settings.assertions()) {
            ask(database, assertion);
        }
    }

    private void ask(Database database, String assertion) throws DatabaseException {
        try (Connection connection = database.open("assertion");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(assertion)) {
            boolean isTrue = row.next()
                    && "t".equals(row.getString(1))
                    && row.getMetaData().getColumnCount() == 1;
            if (!isTrue || row.next()) {
                problems.add("In the restored database this does not return one row with true: " + assertion);
            }
        } catch (SQLException e) {
            problems.add("In the restored database this cannot be asked: " + assertion + " ("
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ")");
        }
    }

    private void cleanUp(TargetDatabase target, Database maintenance, List<String> rolesBefore) {
        try {
            target.dropByForce();
            List<String> created = roles(maintenance);
            created.removeAll(rolesBefore);
            created.retainAll(rolesOfBackup());
            dropRoles(maintenance, created);
        } catch (IOException e) {
            warnings.add("The scratch database " + target.name() + " could not be removed: " + e.getMessage()
                    + " Remove it with " + target.dropCommand());
        }
    }

    private static List<String> roles(Database maintenance) throws DatabaseException {
        List<String> names = new ArrayList<>();
        try (Connection connection = maintenance.open("look");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT rolname FROM pg_catalog.pg_roles")) {
            while (row.next()) {
                names.add(row.getString(1));
            }
            return names;
        } catch (SQLException e) {
            throw DatabaseException.of(e, "looking at the roles");
        }
    }

    private List<String> rolesOfBackup() throws IOException {
        try (InputStream content = repository.open(manifest, manifest.globals())) {
            return Globals.decode(content).roles().stream().map(Role::name).toList();
        }
    }

    /** Only roles that the backup names and that came up during the drill. */
    private void dropRoles(Database maintenance, List<String> names) throws DatabaseException {
        for (String name : names) {
            try (Connection connection = maintenance.open("drop");
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP ROLE IF EXISTS " + Sql.quote(name));
            } catch (SQLException e) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "The role %s, which the drill may have created, could not be dropped: %s",
                        name,
                        String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
            }
        }
    }
}
