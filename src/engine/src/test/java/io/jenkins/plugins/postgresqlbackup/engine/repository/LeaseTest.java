package io.jenkins.plugins.postgresqlbackup.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore.Call;
import io.jenkins.plugins.postgresqlbackup.engine.storage.MemoryStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SettableClock;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is at work is seen by others, and a lease that cannot be kept harms nobody. */
final class LeaseTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Clock WRONG_CLOCK = Clock.fixed(NOON.plusSeconds(86_400), ZoneOffset.UTC);
    private static final Activity BACKUP =
            new Activity("full backup", "orders", "db:5432", null, "agent-7", "ci", "build=17");
    private static final Activity VERIFICATION =
            new Activity("verification", "orders", "db:5432", "20261122T120000Z-aaaaaa", null, null, null);

    private final SettableClock clock = new SettableClock(NOON);
    private final MemoryStore memory = new MemoryStore(clock);
    private final FaultyStore store = new FaultyStore(memory);
    private final List<Runnable> beats = new ArrayList<>();
    private Repository repository;

    @BeforeEach
    void createARepository() throws Exception {
        repository = RepositoryTest.create(store);
    }

    private Lease begin(String id, Activity activity) {
        return Lease.begin(repository, activity, id, task -> {
            beats.add(task);
            return () -> beats.remove(task);
        });
    }

    private void minutesPass(int minutes) {
        for (int i = 0; i < minutes; i++) {
            clock.pass(Duration.ofMinutes(1));
            List.copyOf(beats).forEach(Runnable::run);
        }
    }

    private Leases list() throws IOException {
        return Leases.list(repository, WRONG_CLOCK);
    }

    private List<StoredObject> objects() throws IOException {
        List<StoredObject> objects = new ArrayList<>();
        memory.list("leases/", objects::add);
        return objects;
    }

    @Test
    void whoIsAtWorkIsListedUntilTheyHaveEnded() throws Exception {
        try (Lease lease = begin("aa", BACKUP)) {
            minutesPass(3);
            assertThat(list().atWork())
                    .containsExactly(new Lease.Held("aa", BACKUP, NOON, NOON.plus(Duration.ofMinutes(3))));
            assertThat(lease.problems()).isEmpty();
        }
        assertThat(list().atWork()).isEmpty();
        assertThat(list().leftBehind()).isEmpty();
        assertThat(objects()).isEmpty();
        assertThat(beats).isEmpty();
    }

    @Test
    void aLeaseOfManyHoursIsOneObject() throws Exception {
        try (Lease lease = begin("aa", BACKUP)) {
            minutesPass(600);
            assertThat(objects()).hasSize(1);
            assertThat(list().atWork())
                    .singleElement()
                    .extracting(Lease.Held::began)
                    .isEqualTo(NOON);
            assertThat(lease.problems()).isEmpty();
        }
    }

    @Test
    void whoDiedIsTellableFromWhoIsAtWork() throws Exception {
        begin("dead", BACKUP);
        beats.clear();
        minutesPass(2);
        try (Lease lease = begin("aa", VERIFICATION)) {
            minutesPass(4);
            assertThat(list().leftBehind()).extracting(Lease.Held::id).containsExactly("dead");
            assertThat(list().atWork()).extracting(Lease.Held::activity).containsExactly(VERIFICATION);
            assertThat(lease.others()).extracting(Lease.Held::id).containsExactly("dead"); // when it began
        }
    }

    @Test
    void whoBeginsSeesTheOthersButNotThemselvesNorTheDead() throws Exception {
        begin("dead", BACKUP);
        beats.clear();
        minutesPass(6);
        try (Lease first = begin("aa", BACKUP)) {
            assertThat(first.others()).isEmpty();
            minutesPass(1);
            try (Lease second = begin("bb", VERIFICATION)) {
                assertThat(second.others()).extracting(Lease.Held::id).containsExactly("aa");
            }
        }
    }

    @Test
    void aRenewalThatFailsIsToldOnceAndTheNextOneMakesItGood() throws Exception {
        try (Lease lease = begin("aa", BACKUP)) {
            store.on(Call.COMMIT, 1).fail();
            store.on(Call.COMMIT, 2).failAfterwards();
            minutesPass(4);
            assertThat(lease.problems()).singleElement().asString().contains("full backup", "leases/aa/2");
            assertThat(list().atWork())
                    .singleElement()
                    .extracting(Lease.Held::renewed)
                    .isEqualTo(NOON.plus(Duration.ofMinutes(4)));
            assertThat(objects()).hasSize(1);
        }
        assertThat(objects()).isEmpty();
    }

    @Test
    void aLeaseThatCannotBeginIsTheProblemOfNobody() throws Exception {
        store.on(Call.CREATE, 1).fail();
        try (Lease lease = begin("aa", BACKUP)) {
            assertThat(lease.began()).isNull();
            assertThat(lease.others()).isEmpty();
            assertThat(lease.problems()).singleElement().asString().contains("leases/aa/1");
            assertThat(beats).isEmpty();
        }
        assertThat(objects()).isEmpty();
    }

    @Test
    void whereDeletingIsNotAllowedALeaseIsOverAllTheSame() throws Exception {
        for (int call = 1; call <= 20; call++) {
            store.on(Call.DELETE, call).fail();
        }
        try (Lease lease = begin("aa", BACKUP)) {
            minutesPass(10);
            assertThat(store.count(Call.DELETE)).isEqualTo(1); // it learns
            assertThat(lease.problems()).isEmpty();
        }
        assertThat(objects()).hasSize(12);
        assertThat(list().atWork()).isEmpty();
        assertThat(list().leftBehind()).isEmpty();
    }

    @Test
    void whatAStoreInTroubleKeepsExpires() throws Exception {
        Lease lease = begin("aa", BACKUP);
        for (int call = 1; call <= 9; call++) {
            store.on(Call.DELETE, call).fail();
            store.on(Call.CREATE, call).fail();
        }
        lease.close();
        assertThat(list().atWork()).hasSize(1);
        minutesPass(6);
        assertThat(list().leftBehind()).hasSize(1);
    }

    @Test
    void aForgedLeaseIsToldAsDamageAndHidesNobody() throws Exception {
        try (Lease lease = begin("aa", BACKUP)) {
            byte[] real = memory.read("leases/aa/1").readAllBytes();
            String text = new String(real, StandardCharsets.UTF_8);
            memory.put("leases/bb/1", text.replace("orders", "0rders").getBytes(StandardCharsets.UTF_8));
            memory.put("leases/cc/1", real);
            memory.put("leases/dd/7", new byte[0]);
            memory.put("leases/ee/7", new byte[SmallObject.MAX_BYTES + 1]);
            memory.put("leases/ff/x", real);
            memory.put("leases/gg", "null\nnull\n".getBytes(StandardCharsets.UTF_8));
            memory.put("leases/0a/1", "null\nnull\n".getBytes(StandardCharsets.UTF_8));
            assertThat(list().atWork()).extracting(Lease.Held::id).containsExactly("aa");
            assertThat(list().damage())
                    .extracting(Damage::object)
                    .containsExactlyInAnyOrder(
                            "leases/bb/1",
                            "leases/cc/1",
                            "leases/dd/7",
                            "leases/ee/7",
                            "leases/ff/x",
                            "leases/gg",
                            "leases/0a/1");
            assertThat(lease.others()).isEmpty();
        }
    }

    @Test
    void whoMayOnlyReadTheStoreIsToldByTheirOwnClock() throws Exception {
        try (Lease lease = begin("aa", BACKUP)) {
            assertThat(lease.problems()).isEmpty();
            store.on(Call.NOW, 1).fail();
            assertThat(list().leftBehind()).hasSize(1); // that clock is a day fast
            assertThat(list().atWork()).hasSize(1);
        }
    }

    @Test
    void aWriteSlotListsLeasesToo() throws Exception {
        try (Lease lease = begin("aa", BACKUP)) {
            assertThat(Leases.list(RepositoryTest.openWithAWriteSlot(repository), WRONG_CLOCK)
                            .atWork())
                    .extracting(Lease.Held::began)
                    .containsExactly(lease.began());
        }
    }

    @Test
    void aSweepTakesWhatWasLeftADayAgoAndNothingElse() throws Exception {
        begin("dead", BACKUP);
        beats.clear();
        memory.put("leases/nonsense", new byte[0]);
        clock.pass(Duration.ofHours(25));
        begin("beef", BACKUP);
        beats.clear();
        clock.pass(Duration.ofMinutes(10));
        try (Lease lease = begin("aa", BACKUP)) {
            assertThat(Leases.sweep(repository)).isEqualTo(2);
            assertThat(list().leftBehind()).extracting(Lease.Held::id).containsExactly("beef");
            assertThat(list().atWork()).extracting(Lease.Held::began).containsExactly(lease.began());
            assertThat(list().damage()).isEmpty();
        }
    }

    @Test
    void aTimerOfItsOwnRenewsItAndKeepsNoProgramAlive(@TempDir Path directory) throws Exception {
        try (Repository inFiles = RepositoryTest.create(RepositoryTest.store(directory.resolve("repository")));
                Lease lease = Lease.begin(inFiles, BACKUP, "aa", Beat.every(Duration.ofMillis(20)))) {
            ObjectStore files = inFiles.store();
            for (int i = 0; files.find("leases/aa/1").isPresent() && i < 500; i++) {
                Thread.sleep(20);
            }
            assertThat(files.find("leases/aa/1")).isEmpty();
            assertThat(lease.problems()).isEmpty();
            assertThat(Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().equals("pgbackup lease")))
                    .isNotEmpty()
                    .allMatch(Thread::isDaemon);
        }
    }

    @Test
    void anActivitySaysWhoDoesWhat() {
        assertThat(BACKUP.what()).isEqualTo("full backup of orders at db:5432");
        assertThat(BACKUP.who()).isEqualTo("ci on agent-7 (build=17)");
        assertThat(VERIFICATION.what()).isEqualTo("verification of 20261122T120000Z-aaaaaa, orders at db:5432");
        assertThat(new Activity("prune", null, null, null, null, null, null).what())
                .isEqualTo("prune");
        assertThat(BACKUP.sameDatabase(VERIFICATION)).isTrue();
        assertThat(new Activity("x".repeat(10_000), null, null, null, null, null, null).operation())
                .hasSizeLessThan(600);
    }
}
