package io.jenkins.plugins.postgresqlbackup.engine.testing;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The databases under {@code src/test/resources/fixtures}, loaded with psql alone. Each script says at its top what it
 * holds and what encoding it wants.
 */
public final class Fixtures {
    private Fixtures() {}

    /**
     * Loads one script, such as {@code "kitchen-sink"}, as the database's user.
     *
     * @param variables psql's, as the script explains them
     */
    public static void load(Database database, ClientPrograms programs, String name, Map<String, String> variables)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-X", "-q", "-v", "ON_ERROR_STOP=1"));
        variables.forEach((variable, value) -> arguments.addAll(List.of("-v", variable + '=' + value)));
        arguments.addAll(List.of("-f", directory().resolve(name + ".sql").toString()));
        ClientRun.output(database, programs, "psql", arguments);
    }

    /**
     * Copies a server's programs so that the copy can also create the extension {@code pgbackup_fixture}, which has
     * configuration tables. The server that is installed here stays as it is.
     *
     * @param database any of the installed server, as superuser
     * @param target an empty directory that every user may enter
     * @return the copy's directory of programs, for a scratch server
     */
    public static Path withExtension(Database database, ClientPrograms programs, Path target)
            throws IOException, InterruptedException {
        Path share = copied(setting(database, programs, "SHAREDIR"), target);
        Path bin = copied(setting(database, programs, "BINDIR"), target);
        copied(setting(database, programs, "BINDIR").resolveSibling("lib"), target);
        try (Stream<Path> files = Files.list(directory().resolve("extension"))) {
            for (Path file : files.toList()) {
                Files.copy(file, share.resolve("extension").resolve(file.getFileName()));
            }
        }
        return bin;
    }

    private static Path setting(Database database, ClientPrograms programs, String name)
            throws IOException, InterruptedException {
        String query = "SELECT setting FROM pg_catalog.pg_config WHERE name = '" + name + '\'';
        return Path.of(ClientRun.query(database, programs, query).get(0));
    }

    /** The programs find their files by the way from themselves, so the copy lies as the original does. */
    private static Path copied(Path original, Path target) throws IOException {
        Path copy = target.resolve(original.getRoot().relativize(original));
        try (Stream<Path> files = Files.walk(original)) {
            for (Path file : files.toList()) {
                Path to = copy.resolve(original.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        return copy;
    }

    private static Path directory() {
        try {
            return Path.of(Fixtures.class.getResource("/fixtures").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
