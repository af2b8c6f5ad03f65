package io.jenkins.plugins.postgresqlbackup.engine.testing;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientEnvironment;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The database {@code regression} that PostgreSQL's own tests leave behind: some 600 tables with everything that its
 * developers thought of. Nobody's kitchen sink is deeper.
 *
 * <p>It needs {@code PGBACKUP_REGRESS_SRC}: the {@code src/test/regress} directory of a PostgreSQL source tree of the
 * server's version in which {@code pg_regress} and {@code regress.so} are built and which every user may read. The
 * server refers to that library afterwards, so the directory has to stay as long as the database and its copies.
 */
public final class RegressionDatabase {
    private static final int FEWEST_TABLES = 500;

    private RegressionDatabase() {}

    /** The directory, if somebody named one. */
    public static Optional<Path> source() {
        String named = System.getProperty("PGBACKUP_REGRESS_SRC", System.getenv("PGBACKUP_REGRESS_SRC"));
        return Optional.ofNullable(named).filter(name -> !name.isEmpty()).map(Path::of);
    }

    /**
     * Runs the tests on a server of their own, as superuser, which takes about half a minute. It does not matter here
     * whether they all pass.
     *
     * @param maintenance a database of the server to connect to
     * @param output an empty directory for what the tests write
     */
    public static Database make(Database maintenance, ClientPrograms programs, Path source, Path output)
            throws IOException, InterruptedException {
        Path log = output.resolve("pg_regress.log");
        try (ClientEnvironment environment = maintenance.clientEnvironment()) {
            ProcessBuilder builder = new ProcessBuilder(
                            source.resolve("pg_regress").toString(),
                            "--host=" + environment.variables().get("PGHOST"),
                            "--port=" + environment.variables().get("PGPORT"),
                            "--user=" + environment.variables().get("PGUSER"),
                            "--bindir=" + programs.directory(),
                            "--dlpath=" + source,
                            "--inputdir=" + source,
                            "--outputdir=" + output,
                            "--max-connections=8",
                            "--schedule=" + source.resolve("parallel_schedule"))
                    .directory(source.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            if (Files.exists(source.resolve("meson.build"))) {
                // PostgreSQL 16 and newer look for what is expected beside where they are built.
                builder.command().add("--expecteddir=" + source);
            }
            environment.apply(builder);
            builder.environment().remove("PGDATABASE");
            builder.start().waitFor();
        }
        Database regression = maintenance.withDatabase("regression");
        List<String> tables =
                ClientRun.query(regression, programs, "SELECT count(*) FROM pg_catalog.pg_class WHERE relkind = 'r'");
        if (Integer.parseInt(tables.get(0)) < FEWEST_TABLES) {
            throw new IOException("pg_regress made only " + tables + " tables; see " + log);
        }
        return regression;
    }
}
