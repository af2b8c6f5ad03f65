package io.jenkins.plugins.postgresqlbackup.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Runs commands in this JVM as a shell would, with an environment and a home directory of their own. */
final class Shell {
    private final Map<String, String> environment = new TreeMap<>();
    private final Deque<String> typed = new ArrayDeque<>();
    private boolean someoneThere;
    private Terminal terminal = Terminal.none();
    private byte[] input = new byte[0];
    private Clock clock = Clock.systemUTC();

    /** What a command left behind. */
    record Result(int code, String out, String err) {
        JsonNode json() {
            try {
                return new ObjectMapper().readTree(out);
            } catch (IOException e) {
                throw new UncheckedIOException("Not JSON: " + out, e);
            }
        }

        /** The lines of standard error that are neither empty nor warnings. */
        List<String> complaints() {
            return err.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("pgbackup: warning: "))
                    .toList();
        }
    }

    Shell(Path home) {
        environment.put("HOME", home.toString());
    }

    Shell with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Shell without(String variable) {
        environment.remove(variable);
        return this;
    }

    /** What is piped in. */
    Shell input(String text) {
        input = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** Somebody sits there and answers the next questions so. */
    Shell typing(String... answers) {
        someoneThere = true;
        typed.addAll(List.of(answers));
        return this;
    }

    Shell on(Terminal screen) {
        terminal = screen;
        return this;
    }

    /** This machine's clock is not the true one. */
    Shell at(Clock other) {
        clock = other;
        return this;
    }

    Result run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings surroundings = new Surroundings(
                Map.copyOf(environment),
                new ByteArrayInputStream(input),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal,
                someoneThere ? Optional.of(question -> typed.remove().toCharArray()) : Optional.empty(),
                clock,
                new SecureRandom());
        int code = Pgbackup.run(surroundings, arguments);
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
