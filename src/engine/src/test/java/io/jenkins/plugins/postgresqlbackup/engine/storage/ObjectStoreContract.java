package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every kind of store must do; a kind's test class implements this. */
public interface ObjectStoreContract {
    /** The store under test, empty at the start of each test and the same one within it. */
    ObjectStore store() throws IOException;

    @Test
    default void anObjectComesBackAsItWasWritten() throws IOException {
        byte[] content = random(3_000_001);
        try (Upload upload = store().create("packs/b1/000001")) {
            upload.write(content, 0, 1_000_000);
            upload.write(content[1_000_000]);
            upload.write(content, 1_000_001, 2_000_000);
            StoredObject object = upload.commit();
            assertThat(object.name()).isEqualTo("packs/b1/000001");
            assertThat(object.size()).isEqualTo(3_000_001);
        }
        assertThat(content("packs/b1/000001")).isEqualTo(content);
    }

    @Test
    default void anEmptyObjectIsAnObject() throws IOException {
        store().put("leases/empty", new byte[0]);
        assertThat(store().find("leases/empty"))
                .hasValueSatisfying(object -> assertThat(object.size()).isZero());
        assertThat(content("leases/empty")).isEmpty();
    }

    @Test
    default void nobodySeesAnObjectBeforeItsCommit() throws IOException {
        try (Upload upload = store().create("packs/b1/000001")) {
            upload.write(random(100_000));
            assertThat(store().find("packs/b1/000001")).isEmpty();
            assertThat(names("")).isEmpty();
            assertThatThrownBy(() -> store().read("packs/b1/000001")).isInstanceOf(NoSuchObjectException.class);
            upload.commit();
            assertThat(names("")).containsExactly("packs/b1/000001");
        }
    }

    @Test
    default void anUploadClosedWithoutCommitLeavesNothing() throws IOException {
        try (Upload upload = store().create("packs/b1/000001")) {
            upload.write(random(100_000));
        }
        assertThat(store().find("packs/b1/000001")).isEmpty();
        assertThat(names("")).isEmpty();
        store().put("packs/b1/000001", new byte[] {1});
        assertThat(content("packs/b1/000001")).containsExactly(1);
    }

    @Test
    default void anObjectIsNeverOverwritten() throws IOException {
        store().put("keys/k1", "first".getBytes(UTF_8));
        assertThatThrownBy(() -> store().put("keys/k1", "second".getBytes(UTF_8)))
                .isInstanceOf(ObjectExistsException.class)
                .hasMessageContaining("keys/k1")
                .hasMessageContaining(store().describe());
        assertThat(content("keys/k1")).asString(UTF_8).isEqualTo("first");
    }

    @Test
    default void ofTwoUploadsOfOneNameTheFirstToCommitWins() throws IOException {
        try (Upload first = store().create("keys/k1");
                Upload second = store().create("keys/k1")) {
            second.write("second".getBytes(UTF_8));
            first.write("first".getBytes(UTF_8));
            first.commit();
            if (store().createsExclusively()) {
                assertThatThrownBy(second::commit).isInstanceOf(ObjectExistsException.class);
                assertThat(content("keys/k1")).asString(UTF_8).isEqualTo("first");
            }
        }
        assertThat(names("")).containsExactly("keys/k1");
    }

    @Test
    default void ofManyWhoCommitOneNameAtOnceOneSucceeds() throws Exception {
        if (!store().createsExclusively()) {
            return;
        }
        int writers = 8;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            for (int round = 0; round < 10; round++) {
                String name = "leases/" + round;
                CyclicBarrier start = new CyclicBarrier(writers);
                List<Callable<Boolean>> tasks = new ArrayList<>();
                for (int writer = 0; writer < writers; writer++) {
                    byte[] content = new byte[] {(byte) writer};
                    tasks.add(() -> {
                        try (Upload upload = store().create(name)) {
                            upload.write(content);
                            start.await();
                            upload.commit();
                            return true;
                        } catch (ObjectExistsException e) {
                            return false;
                        }
                    });
                }
                int winners = 0;
                for (Future<Boolean> result : threads.invokeAll(tasks)) {
                    winners += result.get() ? 1 : 0;
                }
                assertThat(winners).isEqualTo(1);
                assertThat(content(name)).hasSize(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    default void aRangeIsReadExactly() throws IOException {
        byte[] content = random(200_000);
        store().put("packs/p", content);
        for (int[] range : new int[][] {{0, 0}, {0, 1}, {1, 65_536}, {199_999, 1}, {100_000, 100_000}}) {
            try (InputStream in = store().read("packs/p", range[0], range[1])) {
                byte[] expected = java.util.Arrays.copyOfRange(content, range[0], range[0] + range[1]);
                assertThat(in.readAllBytes()).isEqualTo(expected);
                assertThat(in.read()).isEqualTo(-1);
            }
        }
    }

    @Test
    default void aRangeBeyondTheEndIsCutWithoutAnError() throws IOException {
        store().put("packs/p", new byte[] {1, 2, 3});
        try (InputStream in = store().read("packs/p", 2, 10)) {
            assertThat(in.readAllBytes()).containsExactly(3);
        }
        try (InputStream in = store().read("packs/p", 3, 10)) {
            assertThat(in.readAllBytes()).isEmpty();
        }
        try (InputStream in = store().read("packs/p", 100, 10)) {
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    default void whatIsNotThereIsNamed() throws IOException {
        assertThat(store().find("keys/none")).isEmpty();
        assertThatThrownBy(() -> store().read("keys/none"))
                .isInstanceOf(NoSuchObjectException.class)
                .hasMessageContaining("keys/none")
                .hasMessageContaining(store().describe());
        assertThatThrownBy(() -> store().read("keys/none", 5, 5)).isInstanceOf(NoSuchObjectException.class);
    }

    @Test
    default void deletingTwiceIsFine() throws IOException {
        store().put("packs/b1/000001", new byte[10]);
        store().put("packs/b1/000002", new byte[10]);
        store().delete("packs/b1/000001");
        store().delete("packs/b1/000001");
        store().delete("packs/never/there");
        assertThat(names("")).containsExactly("packs/b1/000002");
        store().delete("packs/b1/000002");
        assertThat(names("")).isEmpty();
        store().put("packs/b1/000001", new byte[] {7});
        assertThat(content("packs/b1/000001")).containsExactly(7);
    }

    @Test
    default void aListingIsInTheOrderOfTheNamesAndKnowsSizes() throws IOException {
        List<String> written = List.of(
                "repository.json",
                "packs/b/2",
                "packs/b/1",
                "packs/b-2/1",
                "packs/b.x",
                "packs/B/9",
                "keys/z",
                "packs/ba");
        for (String name : written) {
            store().put(name, new byte[name.length()]);
        }
        List<StoredObject> listed = new ArrayList<>();
        store().list("", listed::add);
        assertThat(listed)
                .extracting(StoredObject::name)
                .containsExactlyElementsOf(written.stream().sorted().toList());
        assertThat(listed).allSatisfy(object -> {
            assertThat(object.size()).isEqualTo(object.name().length());
            assertThat(store().find(object.name())).hasValue(object);
        });
    }

    @Test
    default void aPrefixIsAnyBeginningOfNames() throws IOException {
        for (String name : List.of("packs/b1/1", "packs/b1/2", "packs/b2/1", "packs/c", "pa", "keys/k")) {
            store().put(name, new byte[1]);
        }
        assertThat(names("packs/")).containsExactly("packs/b1/1", "packs/b1/2", "packs/b2/1", "packs/c");
        assertThat(names("packs/b")).containsExactly("packs/b1/1", "packs/b1/2", "packs/b2/1");
        assertThat(names("packs/b1/")).containsExactly("packs/b1/1", "packs/b1/2");
        assertThat(names("packs/b1/1")).containsExactly("packs/b1/1");
        assertThat(names("pa")).containsExactly("pa", "packs/b1/1", "packs/b1/2", "packs/b2/1", "packs/c");
        assertThat(names("packs/b1/1/")).isEmpty();
        assertThat(names("none/")).isEmpty();
        assertThat(names("q")).isEmpty();
    }

    /** More than most servers show in one answer. */
    default int many() {
        return 1_100;
    }

    @Test
    default void aListingOfManyObjectsIsWhole() throws IOException {
        for (int i = 0; i < many(); i++) {
            store().put(String.format("packs/many/%06d", i), new byte[0]);
        }
        assertThat(names("packs/")).hasSize(many()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    default void whatLiesThereIsCounted() throws IOException {
        assertThat(StorageUse.of(store(), "")).isEqualTo(new StorageUse(0, 0));
        store().put("keys/a", new byte[3]);
        store().put("packs/b1/1", new byte[1_000]);
        store().put("packs/b1/2", new byte[0]);
        assertThat(StorageUse.of(store(), "packs/")).isEqualTo(new StorageUse(2, 1_000));
        assertThat(StorageUse.of(store(), "")).isEqualTo(new StorageUse(3, 1_003));
    }

    @Test
    default void aVisitorsFailureEndsTheListing() throws IOException {
        store().put("keys/a", new byte[0]);
        store().put("keys/b", new byte[0]);
        StorageException failure = new StorageException("enough");
        List<String> seen = new ArrayList<>();
        assertThatThrownBy(() -> store().list("", object -> {
                    seen.add(object.name());
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(seen).containsExactly("keys/a");
    }

    @Test
    default void theClockIsTheOneObjectsAreDatedBy() throws IOException {
        var before = store().now();
        StoredObject object = store().put("leases/l", new byte[1]);
        var after = store().now();
        assertThat(object.modified()).isBetween(before.minus(Duration.ofSeconds(2)), after.plus(Duration.ofSeconds(2)));
        assertThat(names("")).containsExactly("leases/l");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/etc/passwd",
                "../up",
                "a/../b",
                "a//b",
                "a/",
                ".hidden",
                "a/.b",
                "a b",
                "a\\b",
                "ä",
                "a\nb",
                "a%2Fb"
            })
    default void aNameThatIsNoneIsRefused(String name) throws IOException {
        assertThatThrownBy(() -> store().create(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store().read(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store().read(name, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store().find(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store().delete(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    default void anUploadIsUsedOnce() throws IOException {
        Upload upload = store().create("keys/k");
        upload.write(1);
        upload.commit();
        assertThatThrownBy(upload::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> upload.write(2)).isInstanceOf(IllegalStateException.class);
        upload.close();
        upload.close();
        assertThat(content("keys/k")).containsExactly(1);
        Upload closed = store().create("keys/l");
        closed.close();
        assertThatThrownBy(closed::commit).isInstanceOf(IllegalStateException.class);
    }

    @Test
    default void anInterruptedThreadCanGoOn() throws IOException {
        Thread.currentThread().interrupt();
        try {
            store().put("packs/b/1", random(50_000));
            assertThat(content("packs/b/1")).hasSize(50_000);
            assertThat(names("")).containsExactly("packs/b/1");
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private byte[] content(String name) throws IOException {
        try (InputStream in = store().read(name)) {
            return in.readAllBytes();
        }
    }

    private List<String> names(String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        store().list(prefix, object -> names.add(object.name()));
        return names;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
