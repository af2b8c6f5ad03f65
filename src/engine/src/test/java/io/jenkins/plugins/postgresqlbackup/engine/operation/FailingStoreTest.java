package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore.Call;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whichever call to the storage fails, lies or finds no room: a backup fails with a sentence and leaves none, or it is a good one. */
final class FailingStoreTest {
    private static Database database;

    @TempDir
    private Path directory;

    private FaultyStore store;
    private Repository repository;
    private Repository honest;
    private boolean incremental;

    @BeforeAll
    static void fillADatabase() throws Exception {
        database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE numbers AS SELECT n, md5(n::text) AS text FROM generate_series(1, 5000) n",
                "CREATE TABLE pets (id int PRIMARY KEY, name text)",
                "INSERT INTO pets VALUES (1, 'Rex'), (2, 'Mia')",
                "SELECT lo_from_bytea(4711, 'a large object')");
    }

    @BeforeEach
    void createARepository() throws Exception {
        store = new FaultyStore(TestRepository.store(directory.resolve("repository")));
        repository = TestRepository.create(store);
        honest = TestRepository.open(directory.resolve("repository"));
        TestRepository.backUp(repository, database);
    }

    @AfterEach
    void closeBoth() {
        repository.close();
        honest.close();
    }

    @Test
    void aCallThatFailsLeavesNoBackupOrAGoodOne() throws Exception {
        failEachCall(FaultyStore.Fault::fail);
    }

    @Test
    void aCallWhoseAnswerIsLostLeavesNoBackupOrAGoodOne() throws Exception {
        failEachCall(FaultyStore.Fault::failAfterwards);
    }

    @Test
    void aCallOfAnIncrementalBackupThatFailsLeavesNoBackupOrAGoodOne() throws Exception {
        incremental = true;
        failEachCall(FaultyStore.Fault::fail);
    }

    @Test
    void aWriteThatIsCutWithoutAWordLeavesNoBackup() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (int number = 1; number <= calls().get(Call.WRITE); number++) {
            store.on(Call.WRITE, number).cutAfter(3);
            wrong.addAll(whatIsWrongAfterABackup("WRITE " + number + " cut"));
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aReadThatEndsEarlyWithoutAWordLeavesNoBackupOrAGoodOne() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (int number = 1; number <= calls().get(Call.READ); number++) {
            store.on(Call.READ, number).cutAfter(3);
            wrong.addAll(whatIsWrongAfterABackup("READ " + number + " cut"));
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aFullDiskLeavesNoBackup() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (long room : new long[] {0, 1, 100, 5_000, 50_000, 100_000, 120_000, 130_000, 140_000}) {
            store.diskFullAfter(room);
            wrong.addAll(whatIsWrongAfterABackup("room for " + room));
            store.makeRoom();
        }
        assertThat(wrong).isEmpty();
    }

    private void failEachCall(Consumer<FaultyStore.Fault> how) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<Call, Integer> call : calls().entrySet()) {
            for (int number = 1; number <= call.getValue(); number++) {
                how.accept(store.on(call.getKey(), number));
                wrong.addAll(whatIsWrongAfterABackup(call.getKey() + " " + number));
            }
        }
        assertThat(wrong).isEmpty();
    }

    private BackupId backUp() throws Exception {
        BackupResult result = incremental
                ? TestRepository.increment(repository, database, TestRepository.settings())
                : TestRepository.backUp(repository, database);
        return result.manifest().id();
    }

    /** How often a backup that succeeds calls the store. */
    private Map<Call, Integer> calls() throws Exception {
        Map<Call, Integer> before = counts();
        backUp();
        Map<Call, Integer> made = counts();
        made.replaceAll((call, count) -> count - before.get(call));
        return made;
    }

    private Map<Call, Integer> counts() {
        Map<Call, Integer> counts = new TreeMap<>();
        for (Call call : Call.values()) {
            counts.put(call, store.count(call));
        }
        return counts;
    }

    private List<String> whatIsWrongAfterABackup(String when) throws Exception {
        List<String> wrong = new ArrayList<>();
        Set<BackupId> before = new HashSet<>(honest.ids());
        BackupId reported = null;
        try {
            reported = backUp();
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.contains(store.describe()) || !message.endsWith(".") || message.contains("\n")) {
                wrong.add(when + ": not a sentence that names the store: " + e);
            }
        } catch (RuntimeException e) {
            wrong.add(when + ": " + e);
        }
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
