package io.jenkins.plugins.postgresqlbackup.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * What a command sees of the world outside.
 *
 * @param environment the variables, by name
 * @param terminal what standard output and error can show
 * @param prompt asks a person for a secret without showing it; empty when there is nobody to ask
 */
record Surroundings(
        Map<String, String> environment,
        InputStream in,
        PrintStream out,
        PrintStream err,
        Terminal terminal,
        Optional<Prompt> prompt,
        Clock clock,
        SecureRandom random) {
    private static final Path RAW_ENVIRONMENT = Path.of("/proc/self/environ");

    /** Asks for something secret; null when the person gave nothing. */
    interface Prompt {
        char[] ask(String question);
    }

    /** Those of this process. Text is written in UTF-8 whatever the locale: it holds names from databases. */
    static Surroundings ofProcess() {
        Map<String, String> environment = System.getenv();
        return new Surroundings(
                environment,
                System.in,
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                Terminal.ofProcess(environment),
                Terminal.isTerminal(0) && System.console() != null
                        ? Optional.of(question -> System.console().readPassword("%s", question))
                        : Optional.empty(),
                Clock.systemUTC(),
                new SecureRandom());
    }

    /** A variable's value; empty if it is not set or has no characters. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** A variable's value byte for byte: a raw key is no text, and Java's text of it would be another one. */
    Optional<byte[]> rawVariable(String name) throws IOException {
        if (environment == System.getenv() && Files.isReadable(RAW_ENVIRONMENT)) {
            byte[] all = Files.readAllBytes(RAW_ENVIRONMENT);
            try {
                return find(all, (name + "=").getBytes(StandardCharsets.UTF_8));
            } finally {
                Arrays.fill(all, (byte) 0);
            }
        }
        return variable(name).map(value -> value.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<byte[]> find(byte[] variables, byte[] start) {
        int begin = 0;
        for (int end = 0; end < variables.length; end++) {
            if (variables[end] == 0) {
                int value = begin + start.length;
                if (value < end && Arrays.equals(variables, begin, value, start, 0, start.length)) {
                    return Optional.of(Arrays.copyOfRange(variables, value, end));
                }
                begin = end + 1;
            }
        }
        return Optional.empty();
    }

    /** The person's home directory. */
    Path home() {
        return Path.of(variable("HOME").orElse(System.getProperty("user.home")));
    }

    /** A path as the person wrote it, relative to where the command was started. */
    static Path path(String text) {
        return Path.of(text).toAbsolutePath().normalize();
    }
}
