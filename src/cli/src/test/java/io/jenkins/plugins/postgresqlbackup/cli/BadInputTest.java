package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong in a person's hands gets one sentence that names the thing, an exit code, and neither stack trace nor secret. */
@TestInstance(Lifecycle.PER_CLASS)
class BadInputTest {
    private static final String SECRET = "correct-horse-battery-staple";

    private Path directory;

    private Database source;
    private Session session;

    @BeforeAll
    void aDatabaseWithABackup(@TempDir Path place) throws Exception {
        directory = place;
        source = TestPostgres.newDatabase();
        TestPostgres.run(source, "CREATE TABLE orders (id int)", "INSERT INTO orders VALUES (1)");
        session = Session.on(source, directory);
        assertThat(session.full().code()).isZero();
    }

    private String url(String database) {
        return source.url().withDatabase(database).toString();
    }

    private static void assertFails(Shell.Result result, int code, String... named) {
        assertThat(result.complaints())
                .as(result.err() + result.out())
                .singleElement()
                .asString()
                .startsWith("pgbackup: ")
                .doesNotContain("Exception")
                .satisfies(sentence -> assertThat(named)
                        .allSatisfy(name -> assertThat(sentence).contains(name)));
        assertThat(result.code()).isEqualTo(code);
        assertThat(result.err() + result.out()).doesNotContain("\tat ").doesNotContain(SECRET);
    }

    @Test
    void aWrongKey() {
        Shell.Result result =
                session.shell().with("BACKUP_ENCRYPTION_KEY", SECRET).run("list");
        assertFails(result, ExitCodes.FAILED, "opens none", session.repository().toString());
    }

    @Test
    void noKeyAtAll() {
        assertFails(
                session.shell().without("BACKUP_ENCRYPTION_KEY").run("list"), ExitCodes.USAGE, "--key", "key generate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--key", "--holder", "--new-key"})
    void aKeyAsAnArgument(String option) {
        String[] command =
                switch (option) {
                    case "--holder" -> new String[] {"key", "add", "--kind", "full", option, SECRET};
                    case "--new-key" -> new String[] {"key", "rotate", option, SECRET};
                    default -> new String[] {"list", option, SECRET};
                };
        assertFails(session.shell().run(command), ExitCodes.USAGE, option, "env:NAME");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--password=" + SECRET, "--password", "--recovery-key=" + SECRET})
    void aPasswordAsAnArgument(String option) {
        Shell.Result result = session.full(option, SECRET);
        assertFails(result, ExitCodes.USAGE);
    }

    @Test
    void aPasswordInTheUrl() {
        Shell.Result result =
                session.shell().run("full", "--database", "postgresql://me:" + SECRET + "@localhost/shop");
        assertFails(result, ExitCodes.USAGE, "--database", "PGPASSWORD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop",
                "mysql://root@localhost/shop",
                "postgresql://localhost/shop",
                "postgresql://me@localhost:x/shop"
            })
    void aWrongUrl(String url) {
        assertFails(session.shell().run("full", "--database", url), ExitCodes.USAGE, "--database");
    }

    @Test
    void aServerThatIsNotThere() {
        assertFails(
                session.shell().run("full", "--database", "postgresql://me@127.0.0.1:1/shop"),
                ExitCodes.FAILED,
                "127.0.0.1 port 1");
    }

    @Test
    void aHostThatIsNotKnown() {
        assertFails(
                session.shell().run("full", "--database", "postgresql://me@no-such-host.invalid/shop"),
                ExitCodes.FAILED,
                "no-such-host.invalid");
    }

    @Test
    void noSuchDatabaseLeavesNoRepositoryBehind() {
        Path other = directory.resolve("never made");
        Shell.Result result =
                session.shell().run("full", "--database", url("no_such_db"), "--repository", "file:" + other);
        assertFails(result, ExitCodes.FAILED, "no_such_db");
        assertThat(other).doesNotExist();
    }

    @Test
    void aWrongPassword() {
        Shell.Result result = session.shell()
                .with("PGPASSWORD", SECRET)
                .run("full", "--database", source.url().toString());
        assertFails(result, ExitCodes.FAILED, "postgres", "password");
    }

    @Test
    void noRightsOnATable() throws Exception {
        TestPostgres.run(
                source,
                "DROP ROLE IF EXISTS reader",
                "CREATE ROLE reader LOGIN PASSWORD 'reader'",
                "CREATE TABLE hidden (id int)",
                "GRANT SELECT ON orders TO reader");
        String url = source.url().toString().replace("postgres@", "reader@");
        Shell.Result result = session.shell().with("PGPASSWORD", "reader").run("full", "--database", url);
        TestPostgres.run(source, "DROP TABLE hidden");
        assertFails(result, ExitCodes.FAILED, "hidden", "GRANT");
    }

    @Test
    void aRepositoryThatIsNotThere() {
        Shell.Result result = session.shell().run("list", "--repository", "file:" + directory.resolve("nowhere"));
        assertFails(result, ExitCodes.FAILED, "nowhere");
    }

    @Test
    void aDirectoryThatIsNoRepository() throws IOException {
        Path other = Files.createDirectory(directory.resolve("photos"));
        Files.writeString(other.resolve("holiday"), "a picture");
        assertFails(session.shell().run("list", "--repository", "file:" + other), ExitCodes.FAILED, "photos");
        assertFails(
                session.shell().run("full", "--database", source.url().toString(), "--repository", "file:" + other),
                ExitCodes.REFUSED,
                "photos",
                "holiday");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gs:bucket",
                "gs://bucket/prefix?secret=x",
                "s3:bucket",
                "s3://bucket/prefix?secret=x",
                "file:relative",
                "backups",
                "file:"
            })
    void aRepositoryUrlThatIsNone(String url) {
        assertFails(session.shell().run("list", "--repository", url), ExitCodes.USAGE, "repository");
    }

    @Test
    void aRepositoryOfANewerFormat() throws IOException {
        Session newer = Session.on(source, Files.createDirectory(directory.resolve("newer")));
        newer.shell().run("init", "--quiet");
        Path file = newer.repository().resolve("repository.json");
        String text = Files.readString(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, text.replace("\"format\":1", "\"format\":2"));
        assertFails(newer.shell().run("list"), ExitCodes.FAILED, "format version 2", "newer");
    }

    @Test
    void aRepositoryThatIsThereAlready() {
        assertFails(session.shell().run("init"), ExitCodes.REFUSED, "already");
    }

    @Test
    void anUnknownBackupNamesNearOnes() {
        String id = session.first();
        String wrong = id.substring(0, id.length() - 1) + (id.endsWith("z") ? "y" : "z");
        assertFails(session.shell().run("show", wrong), ExitCodes.FAILED, wrong, id);
        assertFails(session.shell().run("verify", wrong), ExitCodes.FAILED, wrong, id);
        assertFails(session.shell().run("restore", wrong, "--to", url("new"), "--create"), ExitCodes.FAILED, wrong, id);
    }

    @Test
    void aTargetThatIsNotEmpty() throws Exception {
        Database target = TestPostgres.newDatabase();
        TestPostgres.run(target, "CREATE TABLE precious (id int)", "INSERT INTO precious VALUES (1)");
        Shell.Result result =
                session.shell().run("restore", "latest", "--to", target.url().toString());
        assertFails(result, ExitCodes.REFUSED, target.url().database(), "precious");
        assertThat(Session.count(target, "public.precious")).isOne();
    }

    @Test
    void aTargetThatIsThereAlready() throws Exception {
        Database target = TestPostgres.newDatabase();
        TestPostgres.run(target, "CREATE TABLE precious (id int)");
        Shell.Result result =
                session.shell().run("restore", "latest", "--to", target.url().toString(), "--create");
        assertFails(result, ExitCodes.REFUSED, target.url().database());
    }

    @Test
    void aTargetThatIsNotThere() {
        assertFails(
                session.shell().run("restore", "latest", "--to", url("not_there")),
                ExitCodes.REFUSED,
                "not_there",
                "--create");
    }

    @Test
    void twoWaysToRestoreAtOnce() {
        assertFails(
                session.shell().run("restore", "latest", "--to", url("x"), "--create", "--into-existing", "supabase"),
                ExitCodes.USAGE,
                "--create",
                "--into-existing");
    }

    @Test
    void aDrillsOptionsWithoutADrill() {
        assertFails(
                session.shell().run("verify", "latest", "--assert", "SELECT true"), ExitCodes.USAGE, "--level restore");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--jobs=0",
                "--jobs=many",
                "--compression=lzma",
                "--compression=zstd:99",
                "--label=nonsense",
                "--preset=azure",
                "--schema=\"open"
            })
    void valuesThatAreNone(String option) {
        Shell.Result result = session.full(option);
        assertFails(result, ExitCodes.USAGE);
    }

    @Test
    void anUnknownCommandOrOptionSuggestsOne() {
        assertFails(session.shell().run("ful"), ExitCodes.USAGE, "\"ful\"", "full");
        assertFails(session.shell().run("list", "--repo", "file:/x"), ExitCodes.USAGE, "--repo", "--repository");
        assertFails(session.shell().run("full"), ExitCodes.USAGE, "--database");
        assertFails(session.shell().run("show"), ExitCodes.USAGE, "ID");
    }

    @Test
    void noCommandShowsTheHelp() {
        Shell.Result result = session.shell().run();
        assertThat(result.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(result.out()).contains("Begin like this").contains("Exit codes");
    }

    @Test
    void debugShowsWhere() {
        Shell.Result result =
                session.shell().with("BACKUP_ENCRYPTION_KEY", SECRET).run("list", "--debug");
        assertThat(result.err()).contains("\tat ").doesNotContain(SECRET);
    }

    @Test
    void everyCommandTeachesWithAnExample() {
        Stream.of(
                        "init",
                        "full",
                        "list",
                        "show",
                        "verify",
                        "restore",
                        "demo",
                        "key generate",
                        "key add",
                        "key remove",
                        "key list",
                        "key check",
                        "key rotate",
                        "key trust")
                .forEach(command -> {
                    Shell.Result help = session.shell().run((command + " --help").split(" "));
                    assertThat(help.code()).isZero();
                    assertThat(help.out()).contains("Example").contains("pgbackup " + command);
                    assertThat(help.out().lines())
                            .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
                });
    }
}
