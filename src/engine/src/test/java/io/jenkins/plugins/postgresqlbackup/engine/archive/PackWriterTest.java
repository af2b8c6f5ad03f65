package io.jenkins.plugins.postgresqlbackup.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore.Call;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStores;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackWriterTest {
    @TempDir
    Path temp;

    private final PackNumbers numbers = new PackNumbers();
    private final BlobSealer sealer = DataKey.generate(new SecureRandom()).sealer();
    private FaultyStore store;

    @BeforeEach
    void open() throws IOException {
        store = new FaultyStore(ObjectStores.open(temp.toUri(), false));
    }

    private PackWriter writer(long target) {
        return new PackWriter(store, "r", "b", numbers, sealer, Compression.ZSTD, target);
    }

    private static BlobRef write(PackWriter packs, String place, byte[] content) throws IOException {
        try (BlobOutput blob = packs.begin("rows", place)) {
            blob.write(content);
            return blob.finish();
        }
    }

    @Test
    void packsStayFarBelowTheLargestObjectThatTheStoreTakes() throws Exception {
        store.tellLimit(400_000);
        try (PackWriter packs = writer(1 << 20)) {
            for (int i = 0; i < 20; i++) {
                write(packs, "t " + i, random(30_000, i));
            }
            packs.finish();
            assertThat(packs.packs())
                    .hasSizeGreaterThan(3)
                    .allSatisfy(pack -> assertThat(pack.size()).isLessThan(100_000 + 31_000));
        }
    }

    @Test
    void blobsLieOneAfterAnotherAndAreDigested() throws Exception {
        List<BlobRef> blobs = new ArrayList<>();
        try (PackWriter packs = writer(1 << 20)) {
            for (int i = 0; i < 5; i++) {
                blobs.add(write(packs, "t " + i, random(10_000 * i, i)));
            }
            packs.finish();
            assertThat(packs.packs()).singleElement().satisfies(pack -> {
                assertThat(pack.name()).isEqualTo("packs/b/000001");
                assertThat(pack.size())
                        .isEqualTo(store.find("packs/b/000001").orElseThrow().size());
            });
        }
        byte[] pack;
        try (InputStream in = store.read("packs/b/000001")) {
            pack = in.readAllBytes();
        }
        long end = 0;
        for (int i = 0; i < 5; i++) {
            BlobRef blob = blobs.get(i);
            assertThat(blob.offset()).isEqualTo(end);
            assertThat(blob.rawBytes()).isEqualTo(10_000L * i);
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(pack, (int) blob.offset(), (int) blob.length());
            assertThat(blob.sha256()).isEqualTo(HexFormat.of().formatHex(sha256.digest()));
            end += blob.length();
        }
        assertThat(end).isEqualTo(pack.length);
    }

    @Test
    void aPackIsCommittedWhenItHasItsSize() throws IOException {
        try (PackWriter packs = writer(25_000)) {
            for (int i = 0; i < 5; i++) {
                write(packs, "t " + i, random(10_000, i));
            }
            assertThat(packs.packs()).extracting(PackRef::name).containsExactly("packs/b/000001");
            packs.finish();
            assertThat(packs.packs()).extracting(PackRef::name).containsExactly("packs/b/000001", "packs/b/000002");
        }
        assertThat(names()).containsExactly("packs/b/000001", "packs/b/000002");
    }

    @Test
    void workersShareNumbersButNoPacks() throws IOException {
        try (PackWriter first = writer(1 << 20);
                PackWriter second = writer(1 << 20)) {
            assertThat(write(first, "a", new byte[10]).pack()).isEqualTo("packs/b/000001");
            assertThat(write(second, "b", new byte[10]).pack()).isEqualTo("packs/b/000002");
            assertThat(write(first, "c", new byte[10]).pack()).isEqualTo("packs/b/000001");
            first.finish();
            second.finish();
        }
    }

    @Test
    void whoWritesNoBlobMakesNoPack() throws IOException {
        try (PackWriter packs = writer(1)) {
            packs.finish();
            assertThat(packs.packs()).isEmpty();
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void closingWithoutFinishDiscardsTheOpenPack() throws IOException {
        try (PackWriter packs = writer(1 << 20)) {
            write(packs, "a", new byte[10]);
            packs.begin("rows", "b").write(new byte[1_000_000]);
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void anAbandonedBlobDoesNotHarmTheNextOne() throws IOException {
        BlobRef kept;
        try (PackWriter packs = writer(1 << 20)) {
            try (BlobOutput abandoned = packs.begin("rows", "a")) {
                abandoned.write(random(100_000, 1));
            }
            kept = write(packs, "b", random(100_000, 2));
            packs.finish();
        }
        assertThat(kept.offset()).isPositive();
        BlobContext context = new BlobContext("r", "b", "rows", "b");
        try (InputStream in = new BlobReader(store).open(kept, context, sealer)) {
            assertThat(in.readAllBytes()).isEqualTo(random(100_000, 2));
        }
    }

    @Test
    void aFullDiskEndsTheWriterAndLeavesNoPack() throws IOException {
        store.diskFullAfter(50_000);
        try (PackWriter packs = writer(1 << 20)) {
            BlobOutput blob = packs.begin("rows", "a");
            assertThatThrownBy(() -> {
                        blob.write(random(1_000_000, 1));
                        blob.finish();
                    })
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("No space is left")
                    .hasMessageContaining("packs/b/000001");
        }
        store.makeRoom();
        assertThat(names()).isEmpty();
    }

    @Test
    void aFailureAtAnyCallLeavesNoHalfPack() throws IOException {
        for (Call call : List.of(Call.CREATE, Call.WRITE, Call.COMMIT)) {
            for (int number = 1; number <= 3; number++) {
                store.on(call, number).fail();
                boolean failed = false;
                try (PackWriter packs = writer(30_000)) {
                    for (int i = 0; i < 10; i++) {
                        write(packs, "t " + i, random(10_000, i));
                    }
                    packs.finish();
                } catch (StorageException e) {
                    failed = true;
                }
                assertThat(failed).as(call + " " + number).isTrue();
            }
        }
        store.list("", object -> assertThat(object.size()).isGreaterThanOrEqualTo(30_000));
    }

    @Test
    void aStoreThatLosesBytesIsNoticed() throws IOException {
        store.on(Call.WRITE, 2).cutAfter(100);
        try (PackWriter packs = writer(1 << 20)) {
            write(packs, "a", random(100_000, 1));
            assertThatThrownBy(packs::finish)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("packs/b/000001")
                    .hasMessageContaining("were written");
        }
    }

    @Test
    void oneBlobAtATime() throws IOException {
        try (PackWriter packs = writer(1 << 20)) {
            BlobOutput blob = packs.begin("rows", "a");
            assertThatThrownBy(() -> packs.begin("rows", "b")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(packs::finish).isInstanceOf(IllegalStateException.class);
            blob.finish();
            assertThatThrownBy(() -> blob.write(1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(blob::finish).isInstanceOf(IllegalStateException.class);
            packs.finish();
            assertThatThrownBy(() -> packs.begin("rows", "b")).isInstanceOf(IllegalStateException.class);
        }
    }

    private List<String> names() throws StorageException {
        List<String> names = new ArrayList<>();
        store.list("", object -> names.add(object.name()));
        return names;
    }

    static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
