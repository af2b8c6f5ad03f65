package io.jenkins.plugins.postgresqlbackup.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore.Call;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStores;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobReaderTest {
    private static final String PACK = "packs/b/000001";
    private static final BlobContext FIRST = new BlobContext("r", "b", "rows", "public.first");
    private static final BlobContext SECOND = new BlobContext("r", "b", "rows", "public.second");
    private static final byte[] CONTENT = PackWriterTest.random(90_000, 1);
    private static final byte[] OTHER = PackWriterTest.random(90_000, 2);

    @TempDir
    Path temp;

    private final BlobSealer sealer = DataKey.generate(new SecureRandom()).sealer();
    private FaultyStore store;
    private BlobReader reader;
    private BlobRef first;
    private BlobRef second;
    private byte[] pack;

    @BeforeEach
    void write() throws IOException {
        store = new FaultyStore(ObjectStores.open(temp.toUri(), false));
        reader = new BlobReader(store);
        try (PackWriter packs = new PackWriter(store, "r", "b", new PackNumbers(), sealer, Compression.ZSTD, 1 << 20)) {
            first = write(packs, "public.first", CONTENT);
            second = write(packs, "public.second", OTHER);
            packs.finish();
        }
        pack = Files.readAllBytes(temp.resolve(PACK));
    }

    private static BlobRef write(PackWriter packs, String place, byte[] content) throws IOException {
        try (BlobOutput blob = packs.begin("rows", place)) {
            blob.write(content);
            return blob.finish();
        }
    }

    private byte[] read(BlobRef ref, BlobContext context) throws IOException {
        try (InputStream in = reader.open(ref, context, sealer)) {
            byte[] content = in.readAllBytes();
            assertThat(in.read()).isEqualTo(-1);
            return content;
        }
    }

    private void put(byte[] bytes) throws IOException {
        Files.write(temp.resolve(PACK), bytes);
    }

    @Test
    void blobsComeBackFromTheMiddleOfAPack() throws IOException {
        assertThat(read(first, FIRST)).isEqualTo(CONTENT);
        assertThat(read(second, SECOND)).isEqualTo(OTHER);
        try (InputStream in = reader.open(second, SECOND, sealer)) {
            assertThat(in.read()).isEqualTo(OTHER[0] & 0xff);
            assertThat(in.skip(1000)).isPositive();
        }
    }

    @Test
    void changedBytesAreNamedWithObjectOffsetAndPlace() throws IOException {
        byte[] changed = pack.clone();
        changed[(int) second.offset() + 20_000] ^= 4;
        put(changed);
        assertThatThrownBy(() -> read(second, SECOND))
                .isInstanceOfSatisfying(DamagedBlobException.class, damaged -> {
                    assertThat(damaged.object()).isEqualTo(PACK);
                    assertThat(damaged.offset()).isEqualTo(second.offset());
                })
                .hasMessageContaining("rows of public.second")
                .hasMessageContaining("backup b")
                .hasMessageContaining(PACK + " at byte " + second.offset())
                .hasMessageContaining("its bytes are not the ones that were written");
        assertThat(read(first, FIRST)).isEqualTo(CONTENT);
    }

    @Test
    void aFailedStreamKeepsFailing() throws IOException {
        byte[] changed = pack.clone();
        changed[(int) first.length() - 1] ^= 1;
        put(changed);
        try (InputStream in = reader.open(first, FIRST, sealer)) {
            assertThatThrownBy(in::readAllBytes).isInstanceOf(DamagedBlobException.class);
            assertThatThrownBy(in::read).isInstanceOf(DamagedBlobException.class);
            assertThatThrownBy(() -> in.read(new byte[10])).isInstanceOf(DamagedBlobException.class);
        }
    }

    @Test
    void aCutPackIsSaidToBeCut() throws IOException {
        for (long left : new long[] {0, 1, 39, 40, 41, 16_384, second.length() - 1}) {
            put(Arrays.copyOf(pack, (int) (second.offset() + left)));
            assertThatThrownBy(() -> read(second, SECOND))
                    .isInstanceOf(DamagedBlobException.class)
                    .hasMessageContaining("only " + left + " of its " + second.length() + " bytes are there");
        }
    }

    @Test
    void aPackThatIsGoneIsSaidToBeGone() throws IOException {
        Files.delete(temp.resolve(PACK));
        assertThatThrownBy(() -> read(first, FIRST))
                .isInstanceOf(DamagedBlobException.class)
                .hasMessageContaining(PACK)
                .hasMessageContaining("its pack is not there");
    }

    @Test
    void swappedBlobsDoNotOpen() throws IOException {
        BlobRef swapped = new BlobRef(PACK, second.offset(), second.length(), second.sha256(), second.rawBytes());
        assertThatThrownBy(() -> read(swapped, FIRST))
                .isInstanceOf(DamagedBlobException.class)
                .hasMessageContaining(
                        "its bytes are those that the manifest names, but it was changed, or sealed under");
        assertThatThrownBy(() -> read(first, new BlobContext("r", "another", "rows", "public.first")))
                .isInstanceOf(DamagedBlobException.class);
        assertThatThrownBy(() -> read(first, new BlobContext("another", "b", "rows", "public.first")))
                .isInstanceOf(DamagedBlobException.class);
    }

    @Test
    void aReferenceThatIsWrongInAnyWayOpensNothing() {
        for (BlobRef wrong : new BlobRef[] {
            new BlobRef(PACK, first.offset() + 1, first.length(), first.sha256(), first.rawBytes()),
            new BlobRef(PACK, first.offset(), first.length() - 1, first.sha256(), first.rawBytes()),
            new BlobRef(PACK, first.offset(), first.length() + 1, first.sha256(), first.rawBytes()),
            new BlobRef(PACK, first.offset(), first.length(), second.sha256(), first.rawBytes()),
            new BlobRef(PACK, first.offset(), first.length(), first.sha256(), first.rawBytes() - 1),
            new BlobRef(PACK, first.offset(), first.length(), first.sha256(), first.rawBytes() + 1),
            new BlobRef("packs/b/000002", first.offset(), first.length(), first.sha256(), first.rawBytes()),
        }) {
            assertThatThrownBy(() -> read(wrong, FIRST))
                    .as(wrong.toString())
                    .isInstanceOf(DamagedBlobException.class)
                    .hasMessageContaining(wrong.pack());
        }
    }

    @Test
    void aReferenceIsChecked() {
        String sha = first.sha256();
        assertThatThrownBy(() -> new BlobRef(PACK, -1, 1, sha, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlobRef(PACK, 0, 0, sha, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlobRef(PACK, 1, Long.MAX_VALUE, sha, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlobRef(PACK, 0, 1, sha.substring(1), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlobRef(PACK, 0, 1, sha, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFailingStoreIsNotTakenForDamage() {
        for (Call call : new Call[] {Call.OPEN, Call.READ}) {
            for (int number = 1; number <= (call == Call.OPEN ? 1 : 4); number++) {
                store.on(call, number).fail();
                assertThatThrownBy(() -> read(first, FIRST))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("try again");
            }
        }
    }

    @Test
    void aStoreThatCutsAReadIsNoticed() {
        store.on(Call.READ, 2).cutAfter(100);
        assertThatThrownBy(() -> read(first, FIRST))
                .isInstanceOf(DamagedBlobException.class)
                .hasMessageContaining("bytes are there");
    }

    @Test
    void nothingUnauthenticatedIsHandedOn() throws IOException {
        // The last byte of the first segment is wrong: not one byte of it may come out.
        byte[] changed = pack.clone();
        changed[BlobSealer.SEGMENT - 1] ^= 1;
        put(changed);
        try (InputStream in = reader.open(first, FIRST, sealer)) {
            byte[] buffer = new byte[100];
            assertThatThrownBy(() -> in.read(buffer, 0, 100)).isInstanceOf(DamagedBlobException.class);
            assertThat(buffer).containsOnly(0);
        }
    }

    @Test
    void noFlippedBitOfAPackGoesUnnoticed() throws IOException {
        byte[] content = "a few rows".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        BlobRef small;
        try (PackWriter packs =
                new PackWriter(store, "r", "b2", new PackNumbers(), sealer, Compression.ZSTD, 1 << 20)) {
            small = write(packs, "public.first", content);
            packs.finish();
        }
        BlobContext context = new BlobContext("r", "b2", "rows", "public.first");
        byte[] sealed = Files.readAllBytes(temp.resolve(small.pack()));
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(temp.resolve(small.pack()), flipped);
            assertThatThrownBy(() -> read(small, context)).isInstanceOf(DamagedBlobException.class);
        }
        Files.write(temp.resolve(small.pack()), sealed);
        assertThat(read(small, context)).isEqualTo(content);
    }
}
