package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.PasswordSource;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** How to log in to a server, and which of PostgreSQL's programs to use. */
final class DatabaseOptions {
    @Option(
            names = "--password-file",
            paramLabel = "PATH",
            description = {
                "A file whose first line is the database password.",
                "Default: $PGPASSWORD, else the matching line of $PGPASSFILE or ~/.pgpass."
            },
            order = 21)
    private String passwordFile;

    @Option(
            names = "--programs",
            paramLabel = "DIR",
            description = "Where pg_dump and pg_restore are. Default: on the PATH and in the usual places.",
            order = 22)
    private List<String> programs = List.of();

    Database database(DatabaseUrl url, Surroundings surroundings) {
        PasswordSource passwords = passwordFile == null
                ? PasswordSource.environment(surroundings.environment())
                : PasswordSource.file(Surroundings.path(passwordFile));
        return new Database(url, passwords);
    }

    List<Path> programs() {
        return programs.stream().map(Surroundings::path).toList();
    }
}
