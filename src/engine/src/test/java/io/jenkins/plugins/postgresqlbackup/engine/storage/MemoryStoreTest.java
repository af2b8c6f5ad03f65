package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** The tool itself. */
class MemoryStoreTest implements ObjectStoreContract {
    private final MemoryStore store = new MemoryStore(Clock.systemUTC());

    @Override
    public ObjectStore store() {
        return store;
    }

    @Test
    void aLockedObjectStays() throws IOException {
        store.put("packs/p", new byte[3]);
        store.lock("packs/p");
        assertThatThrownBy(() -> store.delete("packs/p")).isInstanceOf(LockedObjectException.class);
        assertThat(store.find("packs/p")).isPresent();
    }
}
