package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The environment variables with which pg_dump and its kin reach a database. The password is in none of them: it is in
 * a private file that is gone after {@link #close}. Thread-safe.
 */
public final class ClientEnvironment implements AutoCloseable {
    private final DatabaseUrl url;
    private final Map<String, String> variables;
    private final PrivateFile passwordFile;

    private ClientEnvironment(DatabaseUrl url, Map<String, String> variables, PrivateFile passwordFile) {
        this.url = url;
        this.variables = Collections.unmodifiableMap(variables);
        this.passwordFile = passwordFile;
    }

    static ClientEnvironment create(DatabaseUrl url, Optional<char[]> password, Path temporaryDirectory)
            throws IOException {
        Map<String, String> variables = new TreeMap<>(TransportSecurity.environment(url));
        variables.put("PGHOST", url.host());
        variables.put("PGPORT", Integer.toString(url.port()));
        variables.put("PGUSER", url.user());
        variables.put("PGDATABASE", url.database());
        variables.put("PGAPPNAME", "pgbackup");
        // Messages are shown to people who may not read the server's language, and some are compared.
        variables.put("LC_ALL", "C");
        String content = password.map(p -> PasswordFile.line(url, p) + '\n').orElse("");
        PrivateFile file =
                PrivateFile.create(temporaryDirectory, PrivateFile.PASSWORD, content.getBytes(StandardCharsets.UTF_8));
        password.ifPresent(p -> Arrays.fill(p, '\0'));
        variables.put("PGPASSFILE", file.path().toString());
        return new ClientEnvironment(url, variables, file);
    }

    /** Sets the variables and takes away what the process would inherit and libpq would heed. */
    public void apply(ProcessBuilder builder) {
        Map<String, String> environment = builder.environment();
        environment
                .keySet()
                .removeIf(name -> name.startsWith("PG") || name.startsWith("LC_") || name.equals("LANGUAGE"));
        environment.putAll(variables);
    }

    /** The variables; none is secret. */
    public Map<String, String> variables() {
        return variables;
    }

    /** For a program's {@code --dbname}: the database alone, written so that no name is mistaken for something else. */
    public String connectionString() {
        return "dbname='" + url.database().replace("\\", "\\\\").replace("'", "\\'") + '\'';
    }

    /** Removes the password file. */
    @Override
    public void close() throws IOException {
        passwordFile.close();
    }
}
