package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore.Call;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tool itself: without faults it is a store like any other, with them it fails where it should and nowhere else. */
class FaultyStoreTest implements ObjectStoreContract {
    @TempDir
    Path temp;

    private FaultyStore store;

    @BeforeEach
    void open() throws IOException {
        store = new FaultyStore(DirectoryStore.open(temp, true));
    }

    @Override
    public ObjectStore store() {
        return store;
    }

    @Test
    void onlyTheChosenCallFails() throws IOException {
        store.on(Call.CREATE, 2).fail();
        store.put("keys/a", new byte[1]);
        assertThatThrownBy(() -> store.put("keys/b", new byte[1])).isInstanceOf(StorageException.class);
        store.put("keys/c", new byte[1]);
        assertThat(store.count(Call.CREATE)).isEqualTo(3);
        assertThat(store.calls()).contains(new FaultyStore.Recorded(Call.COMMIT, "keys/c"));
    }

    @Test
    void aCallMayFailAfterItsEffect() throws IOException {
        store.on(Call.COMMIT, 1).failAfterwards();
        assertThatThrownBy(() -> store.put("keys/a", new byte[1])).isInstanceOf(StorageException.class);
        assertThat(store.find("keys/a")).isPresent();
    }

    @Test
    void aFullDiskStaysFullUntilThereIsRoom() throws IOException {
        store.diskFullAfter(10);
        store.put("keys/a", new byte[10]);
        assertThatThrownBy(() -> store.put("keys/b", new byte[1])).hasMessageContaining("No space is left");
        store.makeRoom();
        store.put("keys/b", new byte[1]);
    }

    @Test
    void aWriteMayLoseBytesWithoutAWord() throws IOException {
        store.on(Call.WRITE, 1).cutAfter(3);
        assertThat(store.put("keys/a", new byte[10]).size()).isEqualTo(3);
    }

    @Test
    void aReadMayBeCutOrSlow() throws IOException {
        store.put("keys/a", new byte[100]);
        store.on(Call.READ, 1).cutAfter(40);
        try (InputStream in = store.read("keys/a")) {
            assertThat(in.readAllBytes()).hasSize(40);
        }
        store.on(Call.FIND, 1).delay(Duration.ofMillis(50));
        long start = System.nanoTime();
        store.find("keys/a");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000);
    }
}
