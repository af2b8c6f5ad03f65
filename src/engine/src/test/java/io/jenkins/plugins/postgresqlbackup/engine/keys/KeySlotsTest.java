package io.jenkins.plugins.postgresqlbackup.engine.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KeySlotsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOW = Instant.parse("2026-11-22T12:18:38.123Z");
    private static final Kdf CHEAP = new Kdf(8 * 1024, 1, 1);
    private static final String REPOSITORY = "r-1";

    private final KeyRing ring = KeyRing.generate(RANDOM);
    private final RawKey raw = new RawKey(randomBytes(32));
    private final Passphrase passphrase = new Passphrase("correct horse battery staple".toCharArray());
    private final RecipientKey recipient = new RecipientKey(randomBytes(32));

    private KeySlot slot(SlotKind kind, Secret secret) throws KeyException {
        return KeySlots.create(
                REPOSITORY, "slot-1", kind, "Ann's laptop, ä", NOW, Holder.of(secret), ring, RANDOM, CHEAP);
    }

    private List<Secret> secrets() {
        return List.of(raw, passphrase, recipient);
    }

    @ParameterizedTest
    @EnumSource(SlotKind.class)
    void aSlotGivesItsHolderTheKeysOfItsKind(SlotKind kind) throws KeyException {
        for (Secret secret : secrets()) {
            KeySlot made = slot(kind, secret);
            KeySlot read = KeySlots.decode("keys/slot-1", KeySlots.encode(made));
            assertThat(read.id()).isEqualTo("slot-1");
            assertThat(read.kind()).isEqualTo(kind);
            assertThat(read.label()).isEqualTo("Ann's laptop, ä");
            assertThat(read.created()).isEqualTo(Instant.parse("2026-11-22T12:18:38Z"));
            assertThat(read.generation()).isEqualTo(1);
            KeyRing opened = KeySlots.open(read, REPOSITORY, secret).orElseThrow();
            assertThat(opened.fingerprint(1)).isEqualTo(ring.fingerprint(1));
            assertThat(opened.manifestKey(1)).isEqualTo(ring.manifestKey(1));
            assertThat(opened.canRead()).isEqualTo(kind != SlotKind.WRITE);
        }
    }

    @Test
    void anothersSecretOpensNothing() throws KeyException {
        List<Secret> others = List.of(
                new RawKey(randomBytes(32)),
                new Passphrase("correct horse battery stapler".toCharArray()),
                new RecipientKey(randomBytes(32)));
        for (Secret secret : secrets()) {
            KeySlot slot = slot(SlotKind.FULL, secret);
            for (Secret other : others) {
                assertThat(KeySlots.open(slot, REPOSITORY, other)).isEmpty();
            }
            for (Secret other : secrets()) {
                assertThat(KeySlots.open(slot, REPOSITORY, other).isPresent()).isEqualTo(other == secret);
            }
        }
    }

    @Test
    void aSlotOfAnotherRepositoryDoesNotOpen() throws KeyException {
        for (Secret secret : secrets()) {
            KeySlot slot = slot(SlotKind.FULL, secret);
            assertThat(KeySlots.open(slot, "r-2", secret)).isEmpty();
            assertThatThrownBy(() -> KeySlots.verify(slot, "r-2", ring)).isInstanceOf(KeyException.class);
        }
    }

    @Test
    void aSlotMadeForAPublicKeyOpensWithItsPrivateHalf() throws KeyException {
        RecipientPair pair = Secrets.generateRecipient(RANDOM);
        KeySlot slot = KeySlots.create(
                REPOSITORY, "ci", SlotKind.WRITE, "", NOW, Holder.recipient(pair.publicText()), ring, RANDOM);
        try (Secret secret = Secrets.parse(pair.secretText().getBytes(UTF_8))) {
            assertThat(KeySlots.open(slot, REPOSITORY, secret)).isPresent();
        }
    }

    @Test
    void noFlippedBitOfASlotGoesUnnoticed() throws KeyException {
        for (Secret secret : List.of(raw, recipient)) {
            for (SlotKind kind : SlotKind.values()) {
                byte[] object = KeySlots.encode(slot(kind, secret));
                for (int bit = 0; bit < object.length * 8; bit++) {
                    byte[] flipped = object.clone();
                    flipped[bit / 8] ^= (byte) (1 << bit % 8);
                    assertNoticed(flipped, secret);
                }
            }
        }
    }

    @Test
    void noFlippedBitOfAPassphraseSlotGoesUnnoticedByAnotherHolder() throws KeyException {
        byte[] object = KeySlots.encode(slot(SlotKind.FULL, passphrase));
        for (int bit = 0; bit < object.length * 8; bit++) {
            byte[] flipped = object.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> KeySlots.verify(KeySlots.decode("keys/slot-1", flipped), REPOSITORY, ring))
                    .isInstanceOf(KeyException.class)
                    .hasMessageContaining("slot");
        }
    }

    @Test
    void aCutOrExtendedSlotDoesNotOpen() throws KeyException {
        byte[] object = KeySlots.encode(slot(SlotKind.FULL, raw));
        for (int length = 0; length < object.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(object, length);
            assertThatThrownBy(() -> KeySlots.decode("keys/slot-1", cut)).isInstanceOf(KeyException.class);
        }
        for (String end : new String[] {" ", "\n", "\0", "{}", "}"}) {
            byte[] extended = (new String(object, UTF_8) + end).getBytes(UTF_8);
            assertThatThrownBy(() -> KeySlots.decode("keys/slot-1", extended))
                    .isInstanceOf(KeyException.class)
                    .hasMessageContaining("keys/slot-1");
        }
    }

    private void assertNoticed(byte[] object, Secret secret) {
        try {
            KeySlot slot = KeySlots.decode("keys/slot-1", object);
            assertThatThrownBy(() -> KeySlots.verify(slot, REPOSITORY, ring)).isInstanceOf(KeyException.class);
            assertThat(KeySlots.open(slot, REPOSITORY, secret)).isEmpty();
        } catch (KeyException noticed) {
            assertThat(noticed).hasMessageContaining("slot-1");
        }
    }

    @Test
    void theOtherSpellingsOfASlotAreRefused() throws KeyException {
        String json = new String(KeySlots.encode(slot(SlotKind.FULL, raw)), UTF_8);
        for (String other : List.of(
                json.replace(":", ": "),
                json.replace("ä", "\\u00e4"),
                json.replaceFirst("\"id\":\"slot-1\"", "\"id\":\"slot-1\",\"id\":\"slot-1\""),
                json.replaceFirst("\"label\"", "\"note\":1,\"label\""),
                json.replaceFirst("38Z", "38.000Z"),
                json.replaceFirst("\"generation\":1", "\"generation\":1.0"),
                json.replaceFirst("\\{\"format\":1,(\"id\":\"[^\"]*\"),", "{$1,\"format\":1,"))) {
            assertThat(other).isNotEqualTo(json);
            assertThatThrownBy(() -> KeySlots.decode("keys/slot-1", other.getBytes(UTF_8)))
                    .isInstanceOf(KeyException.class)
                    .hasMessageContaining("keys/slot-1");
        }
    }

    @Test
    void aNewerFormatIsSaidToBeOne() throws KeyException {
        String json = new String(KeySlots.encode(slot(SlotKind.FULL, raw)), UTF_8);
        assertThatThrownBy(() -> KeySlots.decode(
                        "keys/slot-1",
                        json.replaceFirst("\"format\":1", "\"format\":2").getBytes(UTF_8)))
                .isInstanceOf(KeyException.class)
                .hasMessage(
                        "The key slot keys/slot-1 has format 2, and this version reads up to 1; use a newer version.");
    }

    @ParameterizedTest
    @CsvSource({
        "memoryKib, 8192, 8191", "memoryKib, 8192, 131073", "memoryKib, 8192, 2147483648", "iterations, 1, 0",
        "iterations, 1, 17", "parallelism, 1, 0", "parallelism, 1, 9", "parallelism, 1, -1"
    })
    void aCostOutOfBoundsIsRefusedBeforeItIsPaid(String field, String is, String becomes) throws KeyException {
        String json = new String(KeySlots.encode(slot(SlotKind.FULL, passphrase)), UTF_8);
        String costly = json.replace("\"" + field + "\":" + is, "\"" + field + "\":" + becomes);
        assertThat(costly).isNotEqualTo(json);
        assertThatThrownBy(() -> KeySlots.decode("keys/slot-1", costly.getBytes(UTF_8)))
                .isInstanceOf(KeyException.class);
    }

    @Test
    void whatIsNoSlotAtAllIsRefused() {
        for (String text : List.of(
                "",
                "null",
                "[]",
                "{}",
                "{\"format\":\"1\"}",
                "{\"format\":1}",
                "{\"format\":-1}",
                "{\"format\":1,\"id\":{\"a\":{\"b\":{\"c\":1}}}}",
                "[".repeat(10_000),
                "\u0000",
                "9".repeat(5000),
                "{\"format\":1,\"x\":\"" + "y".repeat(17_000) + "\"}")) {
            assertThatThrownBy(() -> KeySlots.decode("keys/x", text.getBytes(UTF_8)))
                    .as(text.substring(0, Math.min(40, text.length())))
                    .isInstanceOf(KeyException.class)
                    .hasMessageContaining("keys/x");
        }
    }

    @Test
    void aSlotWhoseKeysAreNotThoseOfItsKindIsRefused() throws KeyException {
        // Whoever knows a recipient's public key can make slots, so what is in one must be checked.
        byte[] payload = RingPayload.encode(ring);
        for (int broken : new int[] {0, 1, 2, 6, 50, 80}) {
            byte[] changed = payload.clone();
            changed[broken] ^= 0x40;
            Optional<KeyRing> decoded = decodeOrRefuse(changed);
            decoded.ifPresent(keys ->
                    assertThat(broken).as("only the number or the metadata key").isBetween(3, 38));
        }
        assertThat(decodeOrRefuse(new byte[0])).isEmpty();
        assertThat(decodeOrRefuse(java.util.Arrays.copyOf(payload, payload.length + 1)))
                .isEmpty();
        assertThat(decodeOrRefuse(java.util.Arrays.copyOf(payload, payload.length - 1)))
                .isEmpty();
    }

    private static Optional<KeyRing> decodeOrRefuse(byte[] payload) {
        try {
            return Optional.of(RingPayload.decode(payload));
        } catch (KeyException refused) {
            return Optional.empty();
        }
    }

    @Test
    void aWriteSlotsKeysMakeWriteSlotsOnly() throws KeyException {
        try (KeyRing writeOnly = ring.writeOnly()) {
            for (SlotKind kind : List.of(SlotKind.FULL, SlotKind.RECOVERY)) {
                assertThatThrownBy(() ->
                                KeySlots.create(REPOSITORY, "s", kind, "", NOW, Holder.of(raw), writeOnly, RANDOM))
                        .isInstanceOf(KeyException.class)
                        .hasMessageContaining("full slot");
            }
            KeySlot slot = KeySlots.create(REPOSITORY, "s", SlotKind.WRITE, "", NOW, Holder.of(raw), writeOnly, RANDOM);
            assertThat(KeySlots.open(slot, REPOSITORY, raw))
                    .hasValueSatisfying(keys -> assertThat(keys.canRead()).isFalse());
        }
    }

    @Test
    void anyHolderCanCheckEverySlot() throws KeyException {
        KeySlot recovery = slot(SlotKind.RECOVERY, raw);
        KeySlot write = slot(SlotKind.WRITE, recipient);
        KeyRing writers = KeySlots.open(write, REPOSITORY, recipient).orElseThrow();
        KeySlots.verify(recovery, REPOSITORY, writers);
        KeySlots.verify(write, REPOSITORY, writers);
        assertThatThrownBy(() -> KeySlots.verify(recovery, REPOSITORY, KeyRing.generate(RANDOM)))
                .isInstanceOf(KeyException.class);
    }

    @Test
    void aSlotWithEveryGenerationStillFits() throws KeyException {
        KeyRing keys = ring;
        for (int generation = 2; generation <= KeyRing.MOST_GENERATIONS; generation++) {
            keys = keys.withNewGeneration(RANDOM);
        }
        KeyRing full = keys;
        assertThatThrownBy(() -> full.withNewGeneration(RANDOM)).isInstanceOf(KeyException.class);
        KeySlot slot = KeySlots.create(
                REPOSITORY, "s", SlotKind.FULL, "ä".repeat(200), NOW, Holder.of(recipient), keys, RANDOM);
        byte[] object = KeySlots.encode(slot);
        assertThat(object).hasSizeLessThanOrEqualTo(16 * 1024);
        KeyRing opened = KeySlots.open(KeySlots.decode("keys/s", object), REPOSITORY, recipient)
                .orElseThrow();
        assertThat(opened.generations()).isEqualTo(full.generations()).hasSize(64);
    }

    @Test
    void labelsAndIdsAreBounded() {
        for (String label : List.of("ä".repeat(201), "two\nlines", "nul\0")) {
            assertThatThrownBy(() ->
                            KeySlots.create(REPOSITORY, "s", SlotKind.FULL, label, NOW, Holder.of(raw), ring, RANDOM))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String id : List.of("", "a/b", "..", "ä", "a".repeat(65))) {
            assertThatThrownBy(
                            () -> KeySlots.create(REPOSITORY, id, SlotKind.FULL, "", NOW, Holder.of(raw), ring, RANDOM))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void noSaltNonceOrKeyIsUsedTwice() throws KeyException {
        KeySlot first = slot(SlotKind.FULL, raw);
        KeySlot second = slot(SlotKind.FULL, raw);
        assertThat(((Wrapping.ByRawKey) first.wrapping()).salt())
                .isNotEqualTo(((Wrapping.ByRawKey) second.wrapping()).salt());
        assertThat(first.wrapped()).isNotEqualTo(second.wrapped());
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
