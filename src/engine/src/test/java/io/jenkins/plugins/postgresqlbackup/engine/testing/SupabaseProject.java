package io.jenkins.plugins.postgresqlbackup.engine.testing;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.PasswordSource;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ScratchServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A server of its own with one project shaped like Supabase's in its database {@code postgres}. The user's role
 * {@code postgres} is no superuser there; {@code supabase_admin} is, and stands for the platform.
 */
public final class SupabaseProject implements AutoCloseable {
    private final ScratchServer server;
    private final ClientPrograms programs;

    private SupabaseProject(ScratchServer server, ClientPrograms programs) {
        this.server = server;
        this.programs = programs;
    }

    /**
     * A fresh project, as the platform hands it out.
     *
     * @param home PostgreSQL's programs
     * @param variables those of {@code supabase-project.sql}: {@code newer=on} for a project of a later day
     */
    public static SupabaseProject start(Path home, ClientPrograms programs, Map<String, String> variables)
            throws IOException, InterruptedException {
        ScratchServer server = ScratchServer.start(home, Files.createTempDirectory("pgbackup-test-"), Map.of());
        SupabaseProject project = new SupabaseProject(server, programs);
        try {
            Fixtures.load(server.database("postgres"), programs, "supabase-project", variables);
            return project;
        } catch (IOException | InterruptedException | RuntimeException e) {
            project.close();
            throw e;
        }
    }

    /** Fills it with a user's application: tables, policies, users, files. */
    public SupabaseProject withApplication() throws IOException, InterruptedException {
        Fixtures.load(asUser(), programs, "supabase-app", Map.of());
        return this;
    }

    /** As the user sees it: role {@code postgres}. */
    public Database asUser() {
        return server.database("postgres");
    }

    /** As the platform sees it: role {@code supabase_admin}. Only for comparing and for setting up. */
    public Database asPlatform() {
        DatabaseUrl url = asUser().url();
        return new Database(
                new DatabaseUrl(url.host(), url.port(), url.database(), "supabase_admin", url.parameters()),
                PasswordSource.fixed("fixture".toCharArray()));
    }

    public ScratchServer server() {
        return server;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
