package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Runs a program, passes its output on as it comes, and ends it when the thread is interrupted. */
final class ChildProcess {
    private static final int MOST_ERRORS = 100_000;
    private static final Duration PAUSE = Duration.ofMillis(5);

    private ChildProcess() {}

    /** How a program ended and what it wrote to its standard error. */
    record Result(int exitCode, String errors) {
        /** The texts of its messages of one severity. */
        List<String> messages(String program, String severity) {
            String prefix = program + ": " + severity + ": ";
            return errors.lines()
                    .filter(line -> line.startsWith(prefix))
                    .map(line -> line.substring(prefix.length()))
                    .toList();
        }

        /** Its error messages as one text, or all it said if none is marked as an error. */
        String explanation(String program) {
            List<String> marked = messages(program, "error");
            String text = marked.isEmpty()
                    ? errors.lines().map(String::strip).collect(Collectors.joining(" "))
                    : String.join("; ", marked);
            return text.isEmpty() ? "it ended with exit code " + exitCode + " and said nothing." : text;
        }
    }

    /**
     * @param charset the one that the program takes its arguments in
     */
    static Result run(ProcessBuilder builder, Charset charset, OutputStream output, String name) throws IOException {
        Process process = ProgramStart.start(builder, charset);
        try {
            process.getOutputStream().close();
            InputStream out = process.getInputStream();
            InputStream err = process.getErrorStream();
            StringBuilder errors = new StringBuilder();
            byte[] buffer = new byte[1 << 16];
            // Reading a pipe cannot be interrupted, so it is read only when there is something in it.
            while (true) {
                boolean alive = process.isAlive();
                int read = pass(out, buffer, output) + collect(err, buffer, errors);
                if (read == 0 && !alive) {
                    return new Result(process.exitValue(), errors.toString());
                }
                if (read == 0) {
                    Pause.of(PAUSE, "running " + name);
                } else if (Thread.currentThread().isInterrupted()) {
                    throw new DatabaseException("Interrupted while running " + name + ".");
                }
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static int pass(InputStream from, byte[] buffer, OutputStream to) throws IOException {
        int read = from.available() > 0 ? from.read(buffer) : 0;
        to.write(buffer, 0, read);
        return read;
    }

    private static int collect(InputStream from, byte[] buffer, StringBuilder to) throws IOException {
        int read = from.available() > 0 ? from.read(buffer) : 0;
        if (to.length() < MOST_ERRORS) {
            to.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
        }
        return read;
    }
}
