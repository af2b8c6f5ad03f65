package io.jenkins.plugins.postgresqlbackup.engine.testing;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A copy as pg_dump and pg_restore make it: what ours must equal where a copy cannot be like its source. */
public final class DumpAndRestore {
    private DumpAndRestore() {}

    /** @param name the copy's, on the same server */
    public static Database copy(Database source, String name, ClientPrograms programs, Path archive)
            throws IOException, InterruptedException {
        ClientRun.query(source, programs, "CREATE DATABASE " + name + " TEMPLATE template0");
        Database copy = source.withDatabase(name);
        ClientRun.output(source, programs, "pg_dump", List.of("-Fc", "-Z0", "-f", archive.toString()));
        ClientRun.output(copy, programs, "pg_restore", List.of("-d", name, archive.toString()));
        return copy;
    }
}
