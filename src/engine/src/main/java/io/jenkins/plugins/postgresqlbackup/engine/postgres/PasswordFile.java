package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A file of libpq's form: lines of {@code host:port:database:user:password}, where {@code *} matches anything. */
final class PasswordFile implements PasswordSource {
    private static final Set<PosixFilePermission> TOO_OPEN = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private final Path path;

    PasswordFile(Path path) {
        this.path = path;
    }

    @Override
    public Optional<char[]> passwordFor(DatabaseUrl url) throws IOException {
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            return Optional.empty();
        }
        for (String line : Files.readAllLines(path, StandardCharsets.UTF_8)) {
            Optional<char[]> password = match(line, url);
            if (password.isPresent()) {
                refuseWhenOthersMayRead();
                return password;
            }
        }
        return Optional.empty();
    }

    private void refuseWhenOthersMayRead() throws IOException {
        if (Files.getFileStore(path).supportsFileAttributeView("posix")
                && Files.getPosixFilePermissions(path).stream().anyMatch(TOO_OPEN::contains)) {
            throw new DatabaseException("The password file " + path
                    + " may be read by others and is therefore not used; make it private with: chmod 600 " + path
                    + ".");
        }
    }

    private static Optional<char[]> match(String line, DatabaseUrl url) {
        if (line.isEmpty() || line.startsWith("#")) {
            return Optional.empty();
        }
        List<String> fields = split(line);
        boolean matches = fields.size() == 5
                && matches(fields.get(0), url.host())
                && matches(fields.get(1), Integer.toString(url.port()))
                && matches(fields.get(2), url.database())
                && matches(fields.get(3), url.user());
        return matches ? Optional.of(fields.get(4).toCharArray()) : Optional.empty();
    }

    private static boolean matches(String field, String value) {
        return field.equals("*") || field.equals(value);
    }

    /** At colons; a backslash takes the next character as it is. The fifth field goes to the end of the line. */
    private static List<String> split(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && i + 1 < line.length()) {
                field.append(line.charAt(++i));
            } else if (c == ':' && fields.size() < 4) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    /** A line of the file for this password. */
    static String line(DatabaseUrl url, char[] password) {
        return escape(url.host()) + ':' + url.port() + ":*:" + escape(url.user()) + ':' + escape(new String(password));
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace(":", "\\:");
    }
}
