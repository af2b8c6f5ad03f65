package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.storage.S3Server;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a repository in Supabase Storage, with its keys where Supabase's users have them. */
class SupabaseRoundTest {
    @TempDir
    Path directory;

    @Test
    void withTheServiceRoleKeyThatTheOldConfigurationHolds() throws Exception {
        try (SupabaseServer server = new SupabaseServer()) {
            round(Map.of(
                    "NEXT_PUBLIC_SUPABASE_URL",
                    server.url().toString(),
                    "SUPABASE_SERVICE_ROLE_KEY",
                    SupabaseServer.SERVICE_KEY));
        }
    }

    @Test
    void withAnAccessKeyOfTheS3Endpoint() throws Exception {
        URI server = S3Server.supabase().endpoint();
        round(Map.of(
                "SUPABASE_URL", "http://" + server.getAuthority(),
                "SUPABASE_S3_ACCESS_KEY_ID", S3Server.KEYS.accessKeyId(),
                "SUPABASE_S3_SECRET_ACCESS_KEY", S3Server.KEYS.secretAccessKey()));
    }

    private void round(Map<String, String> variables) throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE orders (id int PRIMARY KEY, item text NOT NULL)",
                "INSERT INTO orders SELECT n, md5(n::text) || md5((n * 7)::text) FROM generate_series(1, 400000) n");
        Session session = Session.on(source, directory);
        Shell shell = session.shell()
                .with("PGBACKUP_REPOSITORY", "supabase:///" + SupabaseServer.BUCKET + "/" + UUID.randomUUID());
        variables.forEach(shell::with);

        assertSaid(session.full(shell), "is complete");
        assertThat(shell.run("list", "--json").json().get(0).get("storedBytes").asLong())
                .as("more than one part")
                .isGreaterThan(6 * 1024 * 1024);
        assertSaid(shell.run("verify", "latest"), "every digest right");
        String copy = source.url().database() + "_copy";
        assertSaid(
                shell.run(
                        "restore",
                        "latest",
                        "--to",
                        source.url().withDatabase(copy).toString(),
                        "--create"),
                "400,000 rows");
        assertThat(Session.count(source.withDatabase(copy), "public.orders")).isEqualTo(400_000);
    }

    @Test
    void theAnonKeyInPlaceOfTheServiceRoleKeyIsToldInOneSentence() {
        Shell.Result refused = new Shell(directory)
                .with("BACKUP_ENCRYPTION_KEY", "a passphrase")
                .with("SUPABASE_SERVICE_ROLE_KEY", "sb_publishable_hunter2")
                .run("list", "--repository", "supabase://abcdefghijklmnopqrst/backups");
        assertThat(refused.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(refused.complaints())
                .singleElement()
                .asString()
                .contains("supabase://abcdefghijklmnopqrst/backups could not be opened")
                .contains("this is a publishable key")
                .doesNotContain("hunter2");
    }

    @Test
    void aUrlThatNamesNoProjectIsToldInOneSentence() {
        Shell.Result refused = new Shell(directory)
                .with("BACKUP_ENCRYPTION_KEY", "a passphrase")
                .run("list", "--repository", "supabase:///backups");
        assertThat(refused.complaints()).isNotEmpty().first().asString().contains("or set SUPABASE_URL");
    }

    private static void assertSaid(Shell.Result result, String text) {
        assertThat(result.complaints()).isEmpty();
        assertThat(result.code()).isZero();
        assertThat(result.out()).contains(text);
    }
}
