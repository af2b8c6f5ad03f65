package io.jenkins.plugins.postgresqlbackup.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.testing.MadeUpFacts;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** 50 databases, 10 repositories, 20,000 backups and 5,000 operations: no page makes anybody wait. */
@WithJenkins
class DashboardSpeedTest {
    private static final int DATABASES = 50;
    private static final int BACKUPS_OF_EACH = 400;
    private static final int OPERATIONS = OperationHistory.MOST;
    private static final Duration LIMIT = Duration.ofMillis(300);
    private static final int TIMES = 5;

    private static final Logger LOGGER = Logger.getLogger(DashboardSpeedTest.class.getName());
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void everyPageAnswersAtOnce(JenkinsRule jenkins) throws Exception {
        MadeUpFacts facts = new MadeUpFacts(
                Instant.now(), MadeUpFacts.names("orders", DATABASES), MadeUpFacts.names("vault", 10), BACKUPS_OF_EACH);
        assertThat(facts.areIdsRight()).isTrue();
        facts.configure().remember(OPERATIONS).publish(facts.findings());
        BackupFacts backup = facts.backups("vault-01").get(100);

        Map<String, Took> slow = new LinkedHashMap<>();
        for (String path : List.of(
                "",
                "database/orders-01/",
                "database/orders-01/?kind=full&proof=verified&from=2020-01-01&page=2",
                "repository/vault-01/",
                "repository/vault-01/?page=20",
                "repository/vault-01/backup/" + backup.id() + "/",
                "alerts/",
                "history/",
                "history/?database=orders-01&page=2",
                "history/?page=60",
                "storage/",
                "api/json",
                "database/orders-01/api/json",
                "repository/vault-01/api/json?tree=restorePoints[id,takenAt]{0,100}",
                "history/api/json?tree=operations[id,state]{0,100}")) {
            Took took = median(jenkins, path);
            LOGGER.log(Level.INFO, "{0} ms of work, answered after {1} ms: /postgresql-backup/{2}", new Object[] {
                took.work().toMillis(), took.answer().toMillis(), path
            });
            if (took.work().compareTo(LIMIT) > 0) {
                slow.put(path, took);
            }
        }
        assertThat(slow).isEmpty();
    }

    /**
     * What one answer took.
     *
     * @param work how long the server's threads were at work for it: on a machine that does nothing else, all the time there is
     */
    private record Took(Duration work, Duration answer) {}

    /** Of some times, after once to warm up. */
    private Took median(JenkinsRule jenkins, String path) throws Exception {
        List<Duration> work = new ArrayList<>();
        List<Duration> answers = new ArrayList<>();
        String query =
                path.replace("[", "%5B").replace("]", "%5D").replace("{", "%7B").replace("}", "%7D");
        URI url = URI.create(jenkins.getURL() + "postgresql-backup/" + query);
        for (int i = 0; i <= TIMES; i++) {
            long worked = workOfServer();
            long began = System.nanoTime();
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
            if (i > 0) {
                answers.add(Duration.ofNanos(System.nanoTime() - began));
                work.add(Duration.ofNanos(workOfServer() - worked));
            }
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
        }
        answers.sort(null);
        work.sort(null);
        return new Took(work.get(TIMES / 2), answers.get(TIMES / 2));
    }

    /** How long the threads that answer requests have been at work. */
    private static long workOfServer() {
        return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(Objects::nonNull)
                .filter(thread -> thread.getThreadName().startsWith("qtp")
                        || thread.getThreadName().startsWith("Jetty")
                        || thread.getThreadName().startsWith("Handling "))
                .mapToLong(thread -> Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId())))
                .sum();
    }
}
