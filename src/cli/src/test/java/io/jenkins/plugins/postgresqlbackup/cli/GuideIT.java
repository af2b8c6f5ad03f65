package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the guide tells people to type works, in the order in which it tells it. */
class GuideIT {
    private static final Path GUIDE = Path.of("../../docs/guide.md");
    private static final Pattern EXAMPLE = Pattern.compile("^```sh\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    @TempDir
    Path directory;

    private static List<String> examples() throws IOException {
        List<String> examples = new ArrayList<>();
        Matcher matcher = EXAMPLE.matcher(Files.readString(GUIDE));
        while (matcher.find()) {
            examples.add(matcher.group(1));
        }
        return examples;
    }

    @Test
    void everyExampleOfTheGuideWorks() throws Exception {
        Database server = TestPostgres.server().database("postgres");
        TestPostgres.run(server, "CREATE DATABASE shop");
        TestPostgres.run(
                server.withDatabase("shop"),
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id int PRIMARY KEY)",
                "INSERT INTO shop.orders VALUES (1), (2)",
                "CREATE TABLE shop.cache_prices (id int)");
        List<String> examples = examples();
        assertThat(examples).hasSizeGreaterThan(8);

        String script = "set -euo pipefail\ncd '" + directory + "'\numask 077\npgbackup() { '"
                + Path.of(System.getProperty("java.home"), "bin", "java") + "' -Xmx256m -jar '" + JarRun.jar()
                + "' \"$@\"; }\n"
                + String.join("sleep 1\n", examples)
                        .replace("@localhost/", "@127.0.0.1:" + server.url().port() + "/")
                        .replace("file:/backups", "file:" + directory.resolve("backups"));
        JarRun run = new JarRun(Path.of("bash"), directory.resolve("home"))
                .with("PGPASSWORD", Session.on(server, directory).password());
        Shell.Result result = JarRun.finish(run.start(List.of("bash", "-c", script)));
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        assertThat(result.out())
                .contains("RECOVERY KEY")
                .contains("agent-7")
                .contains("is good")
                .contains("shop_again")
                .contains("OK: shop backed up ");
        assertThat(Session.count(server.withDatabase("shop_copy"), "shop.orders"))
                .isEqualTo(2);
    }
}
