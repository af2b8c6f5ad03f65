package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Runs one of PostgreSQL's client programs to its end; an interrupt ends it. */
final class ClientProcess {
    /** What a program is given to end by itself, for it tells the server to cancel; then it is killed. */
    private static final long PATIENCE_SECONDS = 3;

    /** Lines of standard error beyond this are counted as read but not kept: enough for thousands of errors. */
    private static final int LINES_KEPT = 100_000;

    private ClientProcess() {}

    /** How the program ended and what it wrote. */
    record Result(int exitCode, List<String> outputLines, List<String> errorLines) {}

    /**
     * @param environment where the database is; empty for a program that needs none
     * @param sessionOptions for PGOPTIONS; may be empty
     */
    static Result run(List<String> command, Optional<ClientEnvironment> environment, String sessionOptions)
            throws IOException, InterruptedException {
        return run(command, environment, sessionOptions, "");
    }

    /** @param input for the program's standard input; short */
    static Result run(
            List<String> command, Optional<ClientEnvironment> environment, String sessionOptions, String input)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        environment.ifPresent(e -> e.apply(builder));
        builder.environment().put("LC_ALL", "C");
        if (!sessionOptions.isEmpty()) {
            builder.environment().put("PGOPTIONS", sessionOptions);
        }
        Process process;
        try {
            process = ProgramStart.start(builder, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new DatabaseException(
                    "The program " + command.get(0) + " could not be started: " + e.getMessage(), e);
        }
        try {
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            CompletableFuture<List<String>> output = CompletableFuture.supplyAsync(
                    () -> lines(process.getInputStream(), Integer.MAX_VALUE), ClientProcess::inBackground);
            CompletableFuture<List<String>> errors = CompletableFuture.supplyAsync(
                    () -> lines(process.getErrorStream(), LINES_KEPT), ClientProcess::inBackground);
            int exitCode = process.waitFor();
            return new Result(exitCode, output.join(), errors.join());
        } catch (CompletionException e) {
            throw new DatabaseException("What " + command.get(0) + " writes could not be read.", e);
        } finally {
            end(process);
        }
    }

    /** Where standard output goes while the program runs. */
    interface Output {
        void read(InputStream stream) throws IOException;
    }

    /** Runs a program that needs no database; the result has no lines of standard output. */
    static Result run(List<String> command, Output output) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        Process process;
        try {
            process = ProgramStart.start(builder, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new DatabaseException(
                    "The program " + command.get(0) + " could not be started: " + e.getMessage(), e);
        }
        try {
            process.getOutputStream().close();
            CompletableFuture<List<String>> errors = CompletableFuture.supplyAsync(
                    () -> lines(process.getErrorStream(), LINES_KEPT), ClientProcess::inBackground);
            output.read(process.getInputStream());
            return new Result(process.waitFor(), List.of(), errors.join());
        } catch (CompletionException e) {
            throw new DatabaseException("What " + command.get(0) + " writes could not be read.", e);
        } finally {
            end(process);
        }
    }

    private static void inBackground(Runnable reading) {
        Thread thread = new Thread(reading, "client program output");
        thread.setDaemon(true);
        thread.start();
    }

    private static List<String> lines(InputStream stream, int limit) {
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (lines.size() < limit) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    private static void end(Process process) {
        if (!process.isAlive()) {
            return;
        }
        process.destroy();
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            process.destroyForcibly();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
