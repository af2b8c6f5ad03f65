package io.jenkins.plugins.postgresqlbackup.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the one jar as a process of its own, as it runs on a machine that has nothing else of ours. */
final class JarRun {
    private static final long PATIENCE_SECONDS = 420;

    private final Path java;
    private final Map<String, String> environment = new TreeMap<>();

    JarRun(Path java, Path home) {
        this.java = java;
        environment.put("HOME", home.toString());
        environment.put("PATH", System.getenv("PATH"));
    }

    static Path jar() {
        return Path.of(System.getProperty("pgbackup.jar"));
    }

    /** This JVM's program, and one of each other major version from 17 on that is installed in the usual place. */
    static Stream<Path> everyJava() throws IOException {
        Map<Integer, Path> found = new TreeMap<>();
        Path usual = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(usual)) {
            try (Stream<Path> homes = Files.list(usual)) {
                for (Path home : homes.toList()) {
                    int major = major(home);
                    if (major >= 17 && Files.isExecutable(home.resolve("bin/java"))) {
                        found.put(major, home.resolve("bin/java"));
                    }
                }
            }
        }
        found.put(Runtime.version().feature(), Path.of(System.getProperty("java.home"), "bin", "java"));
        return found.values().stream();
    }

    private static int major(Path home) throws IOException {
        Path release = home.resolve("release");
        if (!Files.isReadable(release)) {
            return 0;
        }
        return Files.readAllLines(release).stream()
                .filter(line -> line.startsWith("JAVA_VERSION=\""))
                .mapToInt(line -> Integer.parseInt(line.replaceAll("[^\"]*\"(\\d+).*", "$1")))
                .findFirst()
                .orElse(0);
    }

    JarRun with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** The command line that runs the jar. Where the tests run in the background Ctrl-C is ignored, which a process inherits: it is heard again. */
    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("env", "--default-signal=INT", java.toString(), "-Xmx256m", "-jar", jar().toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    Shell.Result run(String... arguments) throws IOException, InterruptedException {
        return finish(start(command(arguments)));
    }

    Started start(List<String> command) throws IOException {
        Path out = Files.createTempFile("pgbackup-test-", ".out");
        Path err = Files.createTempFile("pgbackup-test-", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new Started(process, out, err);
    }

    /** A process whose output goes to files. */
    record Started(Process process, Path out, Path err) {}

    static Shell.Result finish(Started started) throws IOException, InterruptedException {
        try {
            if (!started.process().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("The process does not end.");
            }
            return new Shell.Result(
                    started.process().exitValue(),
                    Files.readString(started.out(), StandardCharsets.UTF_8),
                    Files.readString(started.err(), StandardCharsets.UTF_8));
        } finally {
            started.process().destroyForcibly();
            Files.delete(started.out());
            Files.delete(started.err());
        }
    }
}
