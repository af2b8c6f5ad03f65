package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStores;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever a provider or the network does to requests: a backup that is reported is a good one, one that is not says which store
 * and which object, nothing hangs, and no server is stormed. Each run's faults follow from its seed, which a failure shows.
 */
final class CloudFaultsTest {
    private static final int A_FEW = 6;
    private static final int MANY = 1_000;
    private static final int RUNS_A_REPOSITORY = 50;
    private static final Duration LONGEST_RUN = Duration.ofSeconds(120);
    /** What a request may cost at most, on average over a run: the first try and those that follow. */
    private static final int ATTEMPTS = 3;
    /** Requests that looking whether a failed write is one's own, removing parts and releasing leases may add. */
    private static final int CLEANING_UP = 60;

    private static Database database;

    @BeforeAll
    static void fillADatabase() throws Exception {
        database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                // More than one part of an object, which no compression makes small.
                "CREATE TABLE noise AS SELECT n, sha512(n::text::bytea) AS a, sha512((-n)::text::bytea) AS b"
                        + " FROM generate_series(1, 60000) n",
                "CREATE TABLE pets (id int PRIMARY KEY, name text)",
                "INSERT INTO pets VALUES (1, 'Rex'), (2, 'Mia')",
                "SELECT lo_from_bytea(4711, 'a large object')");
    }

    @ParameterizedTest
    @EnumSource
    void noBackupIsReportedThatIsNotGood(CloudServer server) throws Exception {
        run(server, 1, A_FEW);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("nightly")
    void noBackupIsReportedThatIsNotGoodInAThousandRuns(CloudServer server) throws Exception {
        run(server, 1_000_000, MANY);
    }

    private static void run(CloudServer server, long firstSeed, int runs) throws Exception {
        List<String> wrong = new ArrayList<>();
        int reported = 0;
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (FaultyHttp front = new FaultyHttp(server.endpoint())) {
            URI straight = null;
            int usual = 0;
            for (int run = 0; run < runs; run++) {
                if (run % RUNS_A_REPOSITORY == 0) {
                    straight = server.newLocation();
                    TestRepository.create(open(server, straight)).close();
                    usual = usualRequests(server, front, straight);
                }
                long seed = firstSeed + run;
                URI location = server.through(front.endpoint(), straight);
                CloudFaults faults = new CloudFaults(server, new Random(seed));
                String when = server + ", seed " + seed + ", " + faults;
                try (ObjectStore store = open(server, straight);
                        Repository honest = Repository.open(store, TestRepository.key(1))) {
                    Set<BackupId> before = new HashSet<>(honest.ids());
                    int sent = front.seen().size();
                    front.on(faults);
                    Future<BackupId> result = thread.submit(() -> backUp(server, location));
                    BackupId id = outcome(result, when, wrong);
                    front.on(request -> Optional.empty());
                    int requests = front.seen().size() - sent;
                    if (requests > ATTEMPTS * usual + CLEANING_UP) {
                        wrong.add(when + ": " + requests + " requests in place of " + usual);
                    }
                    wrong.addAll(whatIsWrong(honest, before, id, when));
                    reported += id == null ? 0 : 1;
                }
            }
        } finally {
            thread.shutdownNow();
        }
        assertThat(wrong).isEmpty();
        assertThat(reported).as("runs that came through").isBetween(runs / 10, runs - 1);
    }

    private static int usualRequests(CloudServer server, FaultyHttp front, URI straight) throws Exception {
        front.on(request -> Optional.empty());
        int before = front.seen().size();
        backUp(server, server.through(front.endpoint(), straight));
        return front.seen().size() - before;
    }

    private static BackupId backUp(CloudServer server, URI location) throws IOException, InterruptedException {
        try (ObjectStore store = open(server, location);
                Repository repository = Repository.open(store, TestRepository.key(1))) {
            return TestRepository.backUp(repository, database).manifest().id();
        }
    }

    private static ObjectStore open(CloudServer server, URI location) throws IOException {
        return ObjectStores.open(location, true, Optional.of(server.keys()));
    }

    /** The backup that was reported; null if a failure was, as it should be. */
    private static BackupId outcome(Future<BackupId> result, String when, List<String> wrong)
            throws InterruptedException {
        try {
            return result.get(LONGEST_RUN.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            result.cancel(true);
            wrong.add(when + ": hangs");
        } catch (ExecutionException e) {
            String message = String.valueOf(e.getCause().getMessage());
            if (!(e.getCause() instanceof IOException)) {
                wrong.add(when + ": " + e.getCause());
            } else if (!message.contains("/backups/") && !message.contains("://backups")) {
                wrong.add(when + ": does not name the store: " + message);
            } else if (!message.matches(
                    "(?s).*(packs/|manifests/|keys/|leases/|tombstones/|repository|The objects in|could not be opened).*")) {
                wrong.add(when + ": does not name the object: " + message);
            } else if (!message.endsWith(".") || message.contains("\n")) {
                wrong.add(when + ": not a sentence: " + message);
            }
        }
        return null;
    }

    private static List<String> whatIsWrong(Repository honest, Set<BackupId> before, BackupId reported, String when)
            throws Exception {
        List<String> wrong = new ArrayList<>();
        Set<BackupId> came = new HashSet<>(honest.ids());
        came.removeAll(before);
        if (reported != null && !came.contains(reported)) {
            wrong.add(when + ": reported, but there is no manifest");
        }
        for (BackupId id : came) {
            List<String> problems =
                    TestRepository.verify(honest, id, VerificationLevel.CONTENT).problems();
            if (!problems.isEmpty()) {
                wrong.add(when + (reported == null ? ": failed and left " : ": reported ") + problems);
            }
        }
        return wrong;
    }
}
