package io.jenkins.plugins.postgresqlbackup.engine.testing;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientEnvironment;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs one of PostgreSQL's client programs against a database, with settings that make what it prints canonical. */
final class ClientRun {
    /** What a database or role may have set otherwise, and what pg_dump leaves as it finds it. */
    private static final String CANONICAL =
            "-c timezone=UTC -c bytea_output=hex -c lc_monetary=C -c xmloption=content -c client_min_messages=warning";

    private ClientRun() {}

    /** The program's standard output; its failure is an exception with what it wrote to standard error. */
    static byte[] output(Database database, ClientPrograms programs, String program, List<String> arguments)
            throws IOException, InterruptedException {
        return run(database, programs, program, arguments, "", InputStream::readAllBytes);
    }

    /** Gives the program a short input and reads its standard output while it runs. */
    static <T> T run(
            Database database,
            ClientPrograms programs,
            String program,
            List<String> arguments,
            String input,
            Reading<T> reading)
            throws IOException, InterruptedException {
        Path errors = Files.createTempFile("client-", ".err");
        try (ClientEnvironment environment = database.clientEnvironment()) {
            List<String> command = new ArrayList<>();
            command.add(programs.directory().resolve(program).toString());
            command.addAll(arguments);
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            environment.apply(builder);
            builder.environment().putAll(Map.of("PGOPTIONS", CANONICAL, "PGTZ", "UTC"));
            Process process = builder.start();
            try {
                try (OutputStream toProgram = process.getOutputStream()) {
                    toProgram.write(input.getBytes(StandardCharsets.UTF_8));
                }
                T result = reading.read(process.getInputStream());
                int code = process.waitFor();
                if (code != 0) {
                    throw new IOException(program + " ended with " + code + ": "
                            + Files.readString(errors, StandardCharsets.ISO_8859_1));
                }
                return result;
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.delete(errors);
        }
    }

    /** What psql prints for a script, without alignment; one character for each byte. */
    static List<String> query(Database database, ClientPrograms programs, String script)
            throws IOException, InterruptedException {
        byte[] text = run(
                database,
                programs,
                "psql",
                List.of("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"),
                "SET search_path = '';\n" + script + ";\n",
                InputStream::readAllBytes);
        return new String(text, StandardCharsets.ISO_8859_1).lines().toList();
    }

    @FunctionalInterface
    interface Reading<T> {
        T read(InputStream output) throws IOException;
    }
}
