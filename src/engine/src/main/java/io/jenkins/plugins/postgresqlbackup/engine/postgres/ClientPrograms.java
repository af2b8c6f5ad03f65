package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * PostgreSQL's client programs of one version.
 *
 * @param directory where they lie
 * @param major such as 15
 * @param version such as {@code 15.18}
 */
public record ClientPrograms(Path directory, int major, String version) {
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ((\\d+)[.\\w]*)");
    private static final List<String> HOMES =
            List.of("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/*/bin", "/usr/local/opt/*/bin");

    /**
     * The programs to use with a server of this major version: those named, else the oldest that are not older than
     * the server.
     *
     * @param named directories that a person configured, either with the programs or with a {@code bin} that has them
     * @throws DatabaseException when there are none or all are too old; it says what to install
     */
    public static ClientPrograms find(List<Path> named, int serverMajor) throws DatabaseException {
        return find(named, everywhere(System.getenv().getOrDefault("PATH", "")), serverMajor);
    }

    static ClientPrograms find(List<Path> named, List<Path> elsewhere, int serverMajor) throws DatabaseException {
        List<ClientPrograms> found = new ArrayList<>();
        for (List<Path> directories : List.of(named, elsewhere)) {
            Optional<ClientPrograms> best = directories.stream()
                    .flatMap(directory -> java.util.stream.Stream.of(directory, directory.resolve("bin")))
                    .flatMap(directory -> in(directory).stream())
                    .peek(found::add)
                    .filter(programs -> programs.major >= serverMajor)
                    .min(Comparator.comparingInt(ClientPrograms::major));
            if (best.isPresent()) {
                return best.get();
            }
        }
        throw new DatabaseException(missing(found, serverMajor));
    }

    private static String missing(List<ClientPrograms> found, int serverMajor) {
        String have = found.isEmpty()
                ? "neither on the PATH nor in the usual places"
                : found.stream()
                        .map(p -> "pg_dump " + p.version + " in " + p.directory)
                        .distinct()
                        .collect(Collectors.joining(", ", "only ", ""));
        return "The server is PostgreSQL " + serverMajor + ", which needs pg_dump and pg_restore of version "
                + serverMajor + " or newer; found: " + have + ". On Debian run: apt-get install postgresql-client-"
                + serverMajor + "; or name the directory that has newer ones.";
    }

    private static List<Path> everywhere(String path) {
        Set<Path> directories = new LinkedHashSet<>();
        for (String entry : path.split(Pattern.quote(java.io.File.pathSeparator))) {
            if (!entry.isEmpty()) {
                directories.add(Path.of(entry));
            }
        }
        HOMES.forEach(home -> directories.addAll(expand(home)));
        return List.copyOf(directories);
    }

    private static List<Path> expand(String home) {
        int star = home.indexOf('*');
        int slash = home.lastIndexOf('/', star);
        Path parent = Path.of(home.substring(0, slash));
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        List<Path> directories = new ArrayList<>();
        try (DirectoryStream<Path> children =
                Files.newDirectoryStream(parent, home.substring(slash + 1, home.indexOf('/', star)))) {
            for (Path child : children) {
                directories.add(child.resolve(home.substring(home.indexOf('/', star) + 1)));
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            System.getLogger(ClientPrograms.class.getName())
                    .log(System.Logger.Level.DEBUG, "Client programs are not looked for in " + parent, e);
        }
        return directories;
    }

    private static Optional<ClientPrograms> in(Path directory) {
        Path dump = directory.resolve("pg_dump");
        if (!Files.isExecutable(dump) || !Files.isExecutable(directory.resolve("pg_restore")) || wrapper(dump)) {
            return Optional.empty();
        }
        Matcher version = VERSION.matcher(versionOf(dump));
        return version.find()
                ? Optional.of(new ClientPrograms(directory, Integer.parseInt(version.group(2)), version.group(1)))
                : Optional.empty();
    }

    /** Debian's script in /usr/bin chooses a version by rules of its own; the true programs are looked at besides. */
    private static boolean wrapper(Path program) {
        try {
            return program.toRealPath().endsWith("pg_wrapper");
        } catch (IOException e) {
            return true;
        }
    }

    private static String versionOf(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readNBytes(1000), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        } catch (IOException e) {
            // A program that cannot be started is as good as none; the message for none tells where it was looked for.
            System.getLogger(ClientPrograms.class.getName())
                    .log(System.Logger.Level.DEBUG, program + " cannot be started", e);
            return "";
        }
    }

    public Path pgDump() {
        return directory.resolve("pg_dump");
    }

    public Path pgRestore() {
        return directory.resolve("pg_restore");
    }

    /** Comes in the same package as the others, but may be missing where somebody has put these two alone. */
    public Path psql() {
        return directory.resolve("psql");
    }
}
