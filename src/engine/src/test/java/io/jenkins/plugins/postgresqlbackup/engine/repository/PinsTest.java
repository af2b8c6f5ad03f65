package io.jenkins.plugins.postgresqlbackup.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException.Reason;
import io.jenkins.plugins.postgresqlbackup.engine.storage.MemoryStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pin keeps its backup; whatever somebody did to the pin, rather than losing the backup it stays. */
final class PinsTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final BackupId FIRST = new BackupId("20261122T120000Z-aaaaaa");
    private static final BackupId SECOND = new BackupId("20261122T130000Z-bbbbbb");

    private final MemoryStore store = new MemoryStore(new SettableClock(NOON));
    private Repository repository;
    private Pins pins;

    @BeforeEach
    void createARepositoryWithTwoBackups() throws Exception {
        repository = RepositoryTest.create(store);
        repository.write(RepositoryTest.manifest(FIRST.value(), 1));
        repository.write(RepositoryTest.manifest(SECOND.value(), 2));
        pins = new Pins(repository);
    }

    @Test
    void aPinSaysWhyAndByWhomUntilItIsTakenAway() throws Exception {
        Pin pin = pins.pin(FIRST, "before the migration", "anna on laptop", NOON);
        assertThat(pin).isEqualTo(new Pin(FIRST, "before the migration", "anna on laptop", NOON, null));
        assertThat(pins.all()).containsOnlyKeys(FIRST).containsValue(pin);
        assertThat(pins.find(FIRST)).contains(pin);
        assertThat(pins.find(SECOND)).isEmpty();
        pins.unpin(FIRST);
        pins.unpin(FIRST);
        assertThat(pins.all()).isEmpty();
    }

    @Test
    void whatIsPinnedAlreadyIsSaidWithItsReason() throws Exception {
        pins.pin(FIRST, "before the migration", null, NOON);
        assertThatThrownBy(() -> pins.pin(FIRST, "another", null, NOON))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("before the migration")
                .extracting(e -> ((RepositoryException) e).reason())
                .isEqualTo(Reason.EXISTS);
        assertThat(pins.find(FIRST)).map(Pin::reason).contains("before the migration");
    }

    @Test
    void whatIsNotThereCannotBePinned() throws Exception {
        BackupId absent = new BackupId("20261122T140000Z-cccccc");
        assertThatThrownBy(() -> pins.pin(absent, null, null, NOON))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining(absent.value());
        assertThat(pins.all()).isEmpty();
    }

    @Test
    void whoPinsWhatIsBeingDeletedIsToldSo() throws Exception {
        store.put("tombstones/" + FIRST + "/begun", new byte[0]);
        assertThatThrownBy(() -> pins.pin(FIRST, null, null, NOON)).hasMessageContaining("prune");
        assertThat(pins.find(FIRST)).isPresent();
    }

    @Test
    void aDamagedPinIsAPinAndSaysThatItIsDamaged() throws Exception {
        pins.pin(FIRST, "before the migration", null, NOON);
        byte[] real = store.read("pins/" + FIRST).readAllBytes();
        store.put("pins/" + SECOND, real);
        store.delete("pins/" + FIRST);
        store.put(
                "pins/" + FIRST,
                new String(real, StandardCharsets.UTF_8)
                        .replace("before", "beyond")
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(pins.all()).containsOnlyKeys(FIRST, SECOND).allSatisfy((id, pin) -> {
            assertThat(pin.isDamaged()).isTrue();
            assertThat(pin.backup()).isEqualTo(id);
            assertThat(pin.damage()).contains("pins/" + id).endsWith(".");
            assertThat(pin.reason()).isNull();
        });
        store.delete("pins/" + FIRST);
        store.put("pins/" + FIRST, new byte[SmallObject.MAX_BYTES + 1]);
        assertThat(pins.find(FIRST)).map(Pin::isDamaged).contains(true);
    }

    @Test
    void whoOnlyTakesBackupsSeesPins() throws Exception {
        pins.pin(FIRST, "before the migration", null, NOON);
        assertThat(new Pins(RepositoryTest.openWithAWriteSlot(repository)).find(FIRST))
                .map(Pin::reason)
                .contains("before the migration");
    }

    @Test
    void fieldsOfANewerVersionDoNotUnpin() throws Exception {
        record Newer(BackupId backup, String reason, Instant until) {}
        store.put(
                "pins/" + FIRST,
                SmallObject.seal(repository.keys(), "pin", new Newer(FIRST, "why", NOON.plusSeconds(1))));
        assertThat(pins.find(FIRST)).hasValueSatisfying(pin -> {
            assertThat(pin.isDamaged()).isFalse();
            assertThat(pin.reason()).isEqualTo("why");
        });
    }
}
