package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientEnvironment;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A database's definitions as {@code pg_dump} writes them, without the lines that differ from run to run. */
record SchemaText(List<String> lines) {
    /** Runs pg_dump. */
    static SchemaText of(Database database, ClientPrograms programs) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("pgbackup-", ".err");
        try (ClientEnvironment environment = database.clientEnvironment()) {
            ProcessBuilder builder = new ProcessBuilder(
                            programs.pgDump().toString(), "--schema-only", environment.connectionString())
                    .redirectError(errors.toFile());
            environment.apply(builder);
            Process dump = builder.start();
            try {
                dump.getOutputStream().close();
                List<String> lines;
                try (BufferedReader reader =
                        new BufferedReader(new InputStreamReader(dump.getInputStream(), StandardCharsets.UTF_8))) {
                    lines = reader.lines().filter(SchemaText::lasting).toList();
                }
                if (dump.waitFor() != 0) {
                    throw new IOException("pg_dump could not read the definitions of "
                            + database.url().database() + ": "
                            + Files.readString(errors).strip());
                }
                return new SchemaText(lines);
            } finally {
                dump.destroyForcibly();
            }
        } finally {
            Files.delete(errors);
        }
    }

    /** Newer versions of pg_dump frame the text with a random word. */
    private static boolean lasting(String line) {
        return !line.startsWith("\\restrict ") && !line.startsWith("\\unrestrict ");
    }

    /** How the other text differs first; null if it does not. */
    String firstDifference(SchemaText other) {
        for (int i = 0; i < Math.max(lines.size(), other.lines.size()); i++) {
            String mine = i < lines.size() ? lines.get(i) : "nothing";
            String theirs = i < other.lines.size() ? other.lines.get(i) : "nothing";
            if (!mine.equals(theirs)) {
                return "line " + (i + 1) + " of the definitions is \"" + mine + "\" in the source and \"" + theirs
                        + "\" in the copy";
            }
        }
        return null;
    }
}
