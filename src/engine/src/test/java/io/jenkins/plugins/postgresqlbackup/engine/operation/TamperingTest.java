package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.SlotChanges;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever somebody changes in a repository, a verification notices it and names the object. */
final class TamperingTest {
    @TempDir
    private static Path shared;

    private static Path pristine;
    private static Path other;
    private static BackupId first;
    private static BackupId second;

    @TempDir
    private Path scratch;

    private Path root;

    @BeforeAll
    static void makeASmallRepository() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE pets (id int PRIMARY KEY, name text)",
                "INSERT INTO pets VALUES (1, 'Rex'), (2, 'Mia')",
                "CREATE TABLE empty (id int)",
                "SELECT lo_from_bytea(4711, 'a large object')");
        pristine = shared.resolve("repository");
        try (Repository repository = TestRepository.create(pristine)) {
            first = TestRepository.backUp(repository, database).manifest().id();
            TestPostgres.run(database, "INSERT INTO pets VALUES (3, 'Tom')");
            second = TestRepository.backUp(repository, database).manifest().id();
            new SlotChanges(repository, Clock.systemUTC(), TestRepository.RANDOM).prove();
        }
        other = shared.resolve("other");
        try (Repository repository = TestRepository.create(other)) {
            TestRepository.backUp(repository, database);
        }
    }

    @BeforeEach
    void copyTheRepository() throws Exception {
        root = scratch.resolve("repository");
        for (Map.Entry<String, byte[]> object : objects(pristine).entrySet()) {
            Path file = root.resolve(object.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, object.getValue());
        }
        assertThat(whatVerifyingSays()).isEmpty();
    }

    @Test
    void aFlippedBitInAnyByteIsNoticed() throws Exception {
        flipAll(at -> 1 << at % 8);
    }

    @Test
    @Tag("nightly")
    void eachFlippedBitIsNoticed() throws Exception {
        for (int bit = 0; bit < 8; bit++) {
            int mask = 1 << bit;
            flipAll(at -> mask);
        }
    }

    @Test
    void eachTruncationAndExtensionIsNoticed() throws Exception {
        for (Map.Entry<String, byte[]> object : objects(pristine).entrySet()) {
            byte[] good = object.getValue();
            for (int length = 0; length < good.length; length += Math.max(1, good.length / 100)) {
                requireNoticed(object, Arrays.copyOf(good, length), "cut to " + length);
            }
            requireNoticed(object, Arrays.copyOf(good, good.length - 1), "cut by one");
            requireNoticed(object, Arrays.copyOf(good, good.length + 1), "extended by one");
            requireNoticed(object, Arrays.copyOf(good, good.length * 2 + 7), "extended by itself");
        }
    }

    @Test
    void eachObjectThatIsGoneIsNoticed() throws Exception {
        for (String name : objects(pristine).keySet()) {
            if (name.startsWith("proofs/") || name.startsWith("keys/")) {
                continue; // taken away by their owner, as far as anybody can tell
            }
            byte[] good = Files.readAllBytes(root.resolve(name));
            Files.delete(root.resolve(name));
            assertThat(whatVerifyingSays()).as("without %s", name).contains(simpleName(name));
            Files.write(root.resolve(name), good);
        }
    }

    @Test
    void eachSwapWithAnObjectOfTheSameKindIsNoticed() throws Exception {
        Map<String, byte[]> objects = objects(pristine);
        for (Map.Entry<String, byte[]> object : objects.entrySet()) {
            for (Map.Entry<String, byte[]> replacement : objects.entrySet()) {
                if (!Arrays.equals(object.getValue(), replacement.getValue())) {
                    requireNoticed(object, replacement.getValue(), "replaced by " + replacement.getKey());
                }
            }
        }
    }

    @Test
    void eachReplayFromAnotherRepositoryIsNoticed() throws Exception {
        List<Map.Entry<String, byte[]>> strangers = List.copyOf(objects(other).entrySet());
        for (Map.Entry<String, byte[]> object : objects(pristine).entrySet()) {
            for (Map.Entry<String, byte[]> stranger : strangers) {
                requireNoticed(object, stranger.getValue(), "replaced by another repository's " + stranger.getKey());
            }
        }
    }

    private void flipAll(IntUnaryOperator mask) throws Exception {
        for (Map.Entry<String, byte[]> object : objects(pristine).entrySet()) {
            for (int at = 0; at < object.getValue().length; at++) {
                byte[] bad = object.getValue().clone();
                bad[at] ^= (byte) mask.applyAsInt(at);
                requireNoticed(object, bad, "byte " + at + " xor " + mask.applyAsInt(at));
            }
        }
    }

    private void requireNoticed(Map.Entry<String, byte[]> object, byte[] bad, String how) throws Exception {
        Path file = root.resolve(object.getKey());
        Files.write(file, bad);
        assertThat(whatVerifyingSays()).as("%s: %s", object.getKey(), how).contains(simpleName(object.getKey()));
        Files.write(file, object.getValue());
    }

    private static String simpleName(String name) {
        return name.startsWith("manifests/") ? name.substring("manifests/".length()) : name;
    }

    /** Empty when nothing is wrong. */
    private String whatVerifyingSays() throws Exception {
        StringBuilder said = new StringBuilder();
        for (BackupId backup : List.of(first, second)) {
            // Nothing is written: thousands of leases and marks would make this ten times slower, and are no part of
            // it.
            FaultyStore store = new FaultyStore(TestRepository.store(root));
            store.refuse(FaultyStore.Call.CREATE, "");
            try (Repository repository = Repository.open(store, TestRepository.key(1))) {
                TestRepository.verify(repository, backup, VerificationLevel.CONTENT)
                        .problems()
                        .forEach(problem -> said.append(problem).append('\n'));
            } catch (IOException e) {
                said.append(e.getMessage()).append('\n');
            }
        }
        return said.toString();
    }

    private static Map<String, byte[]> objects(Path directory) throws IOException {
        Map<String, byte[]> objects = new TreeMap<>();
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                objects.put(directory.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return objects;
    }
}
