package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where a password comes from. Asked anew for each connection, so it may change while a backup runs. */
@FunctionalInterface
public interface PasswordSource {
    /** The password for this server and user; empty when there is none, which may be right (certificates, trust). */
    Optional<char[]> passwordFor(DatabaseUrl url) throws IOException;

    static PasswordSource none() {
        return url -> Optional.empty();
    }

    /** Always this password. The array is copied. */
    static PasswordSource fixed(char[] password) {
        char[] kept = password.clone();
        return url -> Optional.of(kept.clone());
    }

    /** The first line of a file. */
    static PasswordSource file(Path path) {
        return url -> {
            String text = Files.readString(path, StandardCharsets.UTF_8);
            String line = text.lines().findFirst().orElse("");
            if (line.isEmpty()) {
                throw new DatabaseException("The password file " + path + " is empty; its first line should be the"
                        + " database password.");
            }
            return Optional.of(line.toCharArray());
        };
    }

    /** As libpq does it: {@code PGPASSWORD}, else the matching line of {@code PGPASSFILE} or {@code ~/.pgpass}. */
    static PasswordSource environment(Map<String, String> environment) {
        return url -> {
            String password = environment.get("PGPASSWORD");
            if (password != null && !password.isEmpty()) {
                return Optional.of(password.toCharArray());
            }
            String named = environment.get("PGPASSFILE");
            Path file = named != null && !named.isEmpty()
                    ? Path.of(named)
                    : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".pgpass");
            return new PasswordFile(file).passwordFor(url);
        };
    }
}
