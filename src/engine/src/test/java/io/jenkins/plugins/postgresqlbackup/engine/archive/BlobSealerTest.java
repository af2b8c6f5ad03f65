package io.jenkins.plugins.postgresqlbackup.engine.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlobSealerTest {
    private static final BlobContext CONTEXT = new BlobContext("r-1", "b-1", "rows", "public.users 0-100");
    private static final int HEADER = 40;
    private static final int TAG = 16;

    private final byte[] key = random(32, 7);
    private final BlobSealer sealer = new BlobSealer(key);

    static Stream<Compression> compressions() {
        return Stream.of(Compression.NONE, Compression.GZIP, Compression.ZSTD, Compression.parse("zstd:1"));
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void aBlobOfAnySizeComesBack(Compression compression) throws IOException {
        int firstSegment = BlobSealer.SEGMENT - HEADER - TAG - 1;
        int segment = BlobSealer.SEGMENT - TAG;
        for (int segments = 0; segments < 6; segments++) {
            for (int around = -2; around <= 2; around++) {
                assertComesBack(random(firstSegment + segments * segment + around, segments), compression);
            }
        }
        for (int size : new int[] {0, 1, 2, 65_535, 65_536, 65_537, 131_072, 131_073}) {
            assertComesBack(random(size, size), compression);
        }
        Random random = new Random(42);
        for (int i = 0; i < 12; i++) {
            assertComesBack(random(random.nextInt(3 << 20), i), compression);
        }
    }

    private void assertComesBack(byte[] content, Compression compression) throws IOException {
        byte[] sealed = sealInPieces(content, compression);
        try (InputStream in = sealer.open(new ByteArrayInputStream(sealed), CONTEXT)) {
            assertThat(Arrays.equals(in.readAllBytes(), content))
                    .as(compression + ", " + content.length + " bytes")
                    .isTrue();
        }
    }

    /** As rows come: mostly short, now and then one that is longer than any buffer. */
    private byte[] sealInPieces(byte[] content, Compression compression) throws IOException {
        Random pieces = new Random(content.length);
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        try (OutputStream out = sealer.seal(sealed, CONTEXT, compression)) {
            int at = 0;
            while (at < content.length) {
                int length = Math.min(content.length - at, pieces.nextInt(pieces.nextInt(20) == 0 ? 200_000 : 300));
                if (length == 1) {
                    out.write(content[at]);
                } else {
                    out.write(content, at, length);
                }
                out.flush();
                at += length;
            }
        }
        return sealed.toByteArray();
    }

    @Test
    void withoutCompressionTheLayoutIsTinks() throws IOException {
        byte[] sealed = sealer.seal(new byte[40_000], CONTEXT, Compression.NONE);
        assertThat(sealed[0]).isEqualTo((byte) HEADER);
        assertThat(sealed).hasSize(HEADER + 1 + 40_000 + 3 * TAG);
    }

    @Test
    void thereIsNoProtobufAndNoneIsNeeded() {
        assertThatThrownBy(() -> Class.forName("com.google.protobuf.MessageLite"))
                .isInstanceOf(ClassNotFoundException.class);
        assertThat(sealer.seal(new byte[1], CONTEXT, Compression.NONE)).isNotEmpty();
    }

    @Test
    void theSameContentIsNeverSealedTheSameWay() {
        assertThat(sealer.seal(new byte[100], CONTEXT, Compression.NONE))
                .isNotEqualTo(sealer.seal(new byte[100], CONTEXT, Compression.NONE));
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void noFlippedBitOfABlobOpens(Compression compression) throws IOException {
        byte[] sealed = sealer.seal("Some rows.\n".repeat(9).getBytes(UTF_8), CONTEXT, compression);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertDoesNotOpen(flipped, CONTEXT);
        }
    }

    @Test
    void noFlippedByteOfALargerBlobOpens() {
        byte[] sealed = sealer.seal(random(40_000, 1), CONTEXT, Compression.NONE);
        for (int at = 0; at < sealed.length; at += 97) {
            byte[] flipped = sealed.clone();
            flipped[at] ^= 1;
            assertDoesNotOpen(flipped, CONTEXT);
        }
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void aCutBlobDoesNotOpen(Compression compression) {
        byte[] small = sealer.seal("Some rows.\n".repeat(9).getBytes(UTF_8), CONTEXT, compression);
        for (int length = 0; length < small.length; length++) {
            assertDoesNotOpen(Arrays.copyOf(small, length), CONTEXT);
        }
        byte[] large = sealer.seal(random(3 * BlobSealer.SEGMENT, 3), CONTEXT, compression);
        for (int segments = 1; segments * BlobSealer.SEGMENT < large.length; segments++) {
            for (int around = -17; around <= 17; around++) {
                int length = segments * BlobSealer.SEGMENT + around;
                if (length < large.length) {
                    assertDoesNotOpen(Arrays.copyOf(large, length), CONTEXT);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void anExtendedBlobDoesNotOpen(Compression compression) {
        for (int size : new int[] {0, 100, 16_327, 50_000}) {
            byte[] sealed = sealer.seal(random(size, size), CONTEXT, compression);
            for (int more : new int[] {1, 16, 17, BlobSealer.SEGMENT}) {
                assertDoesNotOpen(Arrays.copyOf(sealed, sealed.length + more), CONTEXT);
            }
            byte[] twice = Arrays.copyOf(sealed, 2 * sealed.length);
            System.arraycopy(sealed, 0, twice, sealed.length, sealed.length);
            assertDoesNotOpen(twice, CONTEXT);
        }
    }

    @Test
    void swappedRepeatedOrMissingSegmentsDoNotOpen() {
        byte[] sealed = sealer.seal(random(5 * BlobSealer.SEGMENT, 5), CONTEXT, Compression.NONE);
        int segments = sealed.length / BlobSealer.SEGMENT;
        for (int i = 0; i < segments; i++) {
            for (int j = 0; j < segments; j++) {
                if (i != j) {
                    byte[] swapped = sealed.clone();
                    System.arraycopy(
                            sealed, i * BlobSealer.SEGMENT, swapped, j * BlobSealer.SEGMENT, BlobSealer.SEGMENT);
                    assertDoesNotOpen(swapped, CONTEXT);
                    System.arraycopy(
                            sealed, j * BlobSealer.SEGMENT, swapped, i * BlobSealer.SEGMENT, BlobSealer.SEGMENT);
                    assertDoesNotOpen(swapped, CONTEXT);
                }
            }
            byte[] missing = new byte[sealed.length - BlobSealer.SEGMENT];
            System.arraycopy(sealed, 0, missing, 0, i * BlobSealer.SEGMENT);
            System.arraycopy(
                    sealed,
                    (i + 1) * BlobSealer.SEGMENT,
                    missing,
                    i * BlobSealer.SEGMENT,
                    missing.length - i * BlobSealer.SEGMENT);
            assertDoesNotOpen(missing, CONTEXT);
        }
    }

    @Test
    void aBlobOpensInItsOwnContextOnly() throws IOException {
        byte[] sealed = sealer.seal(new byte[100], CONTEXT, Compression.ZSTD);
        for (BlobContext other : List.of(
                new BlobContext("r-2", "b-1", "rows", "public.users 0-100"),
                new BlobContext("r-1", "b-2", "rows", "public.users 0-100"),
                new BlobContext("r-1", "b-1", "addresses", "public.users 0-100"),
                new BlobContext("r-1", "b-1", "rows", "public.users 0-101"),
                new BlobContext("r-1", "b-1", "rows", ""),
                new BlobContext("r-1b", "-1", "rows", "public.users 0-100"),
                new BlobContext("r-1", "b-1rows", "", "public.users 0-100"),
                new BlobContext("", "", "", ""))) {
            assertDoesNotOpen(sealed, other);
        }
        assertThatThrownBy(() -> new BlobSealer(random(32, 8)).open("o", sealed, CONTEXT, 1000))
                .isInstanceOf(DamagedBlobException.class);
        assertThat(sealer.open("o", sealed, CONTEXT, 1000)).hasSize(100);
    }

    @Test
    void theMessageNamesTheObjectAndWhatItShouldHaveBeen() {
        assertThatThrownBy(() -> sealer.open("manifests/b-1", random(500, 1), CONTEXT, 1000))
                .isInstanceOf(DamagedBlobException.class)
                .hasMessageContaining("manifests/b-1")
                .hasMessageContaining("rows of public.users 0-100")
                .hasMessageContaining("backup b-1")
                .hasMessageContaining("it was changed, or sealed under another key");
    }

    @Test
    void aSmallBlobLongerThanAllowedIsNotReadWhole() {
        byte[] sealed = sealer.seal(new byte[50_000_000], CONTEXT, Compression.ZSTD);
        assertThat(sealed).hasSizeLessThan(100_000);
        assertThatThrownBy(() -> sealer.open("o", sealed, CONTEXT, 1_000_000))
                .isInstanceOf(DamagedBlobException.class)
                .hasMessageContaining("longer than 1000000 bytes");
    }

    @Test
    void somethingAfterTheCompressedContentIsRefused() throws IOException {
        for (Compression compression : List.of(Compression.GZIP, Compression.ZSTD)) {
            byte[] sealed = sealPlaintext(out -> {
                ByteArrayOutputStream plain = new ByteArrayOutputStream();
                try (OutputStream compressor = Codec.compress(plain, compression)) {
                    compressor.write(new byte[1000]);
                }
                plain.write(0);
                plain.writeTo(out);
            });
            assertThatThrownBy(() -> sealer.open("o", sealed, CONTEXT, 10_000))
                    .as(compression.toString())
                    .isInstanceOf(DamagedBlobException.class)
                    .hasMessageContaining("it is authentic, but its compressed content is not");
        }
    }

    @Test
    void aCompressedContentThatIsCutIsRefused() throws IOException {
        for (Compression compression : List.of(Compression.GZIP, Compression.ZSTD)) {
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            try (OutputStream compressor = Codec.compress(plain, compression)) {
                compressor.write(random(1000, 1));
            }
            for (int length = 0; length < plain.size(); length++) {
                byte[] cut = Arrays.copyOf(plain.toByteArray(), length);
                byte[] sealed = sealPlaintext(out -> out.write(cut));
                if (compression.equals(Compression.ZSTD) && length == 1) {
                    continue; // No frame at all: that is how zstd's streams spell nothing; the length tells.
                }
                assertThatThrownBy(() -> sealer.open("o", sealed, CONTEXT, 10_000))
                        .as(compression + " cut to " + length)
                        .isInstanceOf(DamagedBlobException.class);
            }
        }
    }

    @Test
    void aMethodOfANewerVersionIsSaidToBeOne() throws IOException {
        byte[] sealed = sealPlaintext(out -> out.write(9));
        assertThatThrownBy(() -> sealer.open("o", sealed, CONTEXT, 10_000))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(DamagedBlobException.class)
                .hasMessageContaining("use a newer version");
    }

    @FunctionalInterface
    private interface Plaintext {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Seals what no compressor of ours wrote. */
    private byte[] sealPlaintext(Plaintext plaintext) throws IOException {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        try (OutputStream out = sealer.encrypt(sealed, CONTEXT)) {
            plaintext.writeTo(out);
        }
        return sealed.toByteArray();
    }

    private void assertDoesNotOpen(byte[] sealed, BlobContext context) {
        assertThatThrownBy(() -> sealer.open("packs/p", sealed, context, 4 << 20))
                .isInstanceOf(DamagedBlobException.class)
                .hasMessageContaining("packs/p");
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
