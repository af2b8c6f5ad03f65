package io.jenkins.plugins.postgresqlbackup.engine.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] CONTEXT = "backup 1".getBytes(UTF_8);

    private final KeyRing ring = KeyRing.generate(RANDOM);
    private final byte[] dataKey = new byte[32];

    KeyRingTest() {
        RANDOM.nextBytes(dataKey);
    }

    @Test
    void aDataKeyComesBack() throws KeyException {
        byte[] wrapped = ring.wrapDataKey(1, dataKey, CONTEXT);
        assertThat(wrapped).hasSize(32 + 32 + 16);
        assertThat(ring.unwrapDataKey(1, wrapped, CONTEXT)).isEqualTo(dataKey);
        assertThat(ring.wrapDataKey(1, dataKey, CONTEXT)).isNotEqualTo(wrapped);
    }

    @Test
    void aWriteSlotsKeysWrapADataKeyThatTheyCannotUnwrap() throws KeyException {
        try (KeyRing writeOnly = ring.writeOnly()) {
            byte[] wrapped = writeOnly.wrapDataKey(1, dataKey, CONTEXT);
            assertThatThrownBy(() -> writeOnly.unwrapDataKey(1, wrapped, CONTEXT))
                    .isInstanceOf(KeyException.class)
                    .hasMessage("This key opens a write slot, which can take backups but not read them;"
                            + " use a full slot's key or the recovery key.");
            assertThat(ring.unwrapDataKey(1, wrapped, CONTEXT)).isEqualTo(dataKey);
        }
    }

    @Test
    void aWriteOnlyRingsBytesHoldNoPrivateKey() throws KeyException {
        byte[] privateKey = ring.all().get(0).privateKey().bytes();
        try (KeyRing writeOnly = ring.writeOnly()) {
            String payload = java.util.HexFormat.of().formatHex(RingPayload.encode(writeOnly));
            assertThat(payload).doesNotContain(java.util.HexFormat.of().formatHex(privateKey));
            assertThat(RingPayload.decode(RingPayload.encode(writeOnly)).canRead())
                    .isFalse();
        }
        assertThat(ring.canRead()).isTrue();
    }

    @Test
    void noFlippedBitOfAWrappedDataKeyGoesUnnoticed() throws KeyException {
        byte[] wrapped = ring.wrapDataKey(1, dataKey, CONTEXT);
        for (int bit = 0; bit < wrapped.length * 8; bit++) {
            byte[] flipped = wrapped.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> ring.unwrapDataKey(1, flipped, CONTEXT)).isInstanceOf(KeyException.class);
        }
        for (int length = 0; length < wrapped.length; length++) {
            byte[] cut = Arrays.copyOf(wrapped, length);
            assertThatThrownBy(() -> ring.unwrapDataKey(1, cut, CONTEXT)).isInstanceOf(KeyException.class);
        }
        assertThatThrownBy(() -> ring.unwrapDataKey(1, Arrays.copyOf(wrapped, 81), CONTEXT))
                .isInstanceOf(KeyException.class);
    }

    @Test
    void aDataKeyIsBoundToItsContextAndGeneration() throws KeyException {
        KeyRing rotated = ring.withNewGeneration(RANDOM);
        byte[] wrapped = rotated.wrapDataKey(1, dataKey, CONTEXT);
        assertThatThrownBy(() -> rotated.unwrapDataKey(1, wrapped, "backup 2".getBytes(UTF_8)))
                .isInstanceOf(KeyException.class);
        assertThatThrownBy(() -> rotated.unwrapDataKey(2, wrapped, CONTEXT)).isInstanceOf(KeyException.class);
        assertThatThrownBy(() -> KeyRing.generate(RANDOM).unwrapDataKey(1, wrapped, CONTEXT))
                .isInstanceOf(KeyException.class);
    }

    @Test
    void aNewGenerationHasNewKeysAndKeepsTheOld() throws KeyException {
        KeyRing rotated = ring.withNewGeneration(RANDOM);
        assertThat(rotated.generations()).containsExactly(1, 2);
        assertThat(rotated.newest()).isEqualTo(2);
        assertThat(rotated.fingerprint(1)).isEqualTo(ring.fingerprint(1)).matches("[0-9a-f]{64}");
        assertThat(rotated.fingerprint(2)).isNotEqualTo(ring.fingerprint(1));
        assertThat(rotated.manifestKey(2)).isNotEqualTo(rotated.manifestKey(1));
        assertThat(rotated.unwrapDataKey(1, ring.wrapDataKey(1, dataKey, CONTEXT), CONTEXT))
                .isEqualTo(dataKey);
        assertThatThrownBy(() -> ring.manifestKey(2))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("key generation 2");
        assertThatThrownBy(() -> ring.writeOnly().withNewGeneration(RANDOM)).isInstanceOf(KeyException.class);
    }

    @Test
    void aMacIsOfOnePurposeContentAndGeneration() throws KeyException {
        KeyRing rotated = ring.withNewGeneration(RANDOM);
        byte[] content = "content".getBytes(UTF_8);
        byte[] mac = rotated.mac(1, "tombstone", content);
        assertThat(mac).hasSize(32);
        assertThat(ring.writeOnly().macMatches(1, "tombstone", content, mac)).isTrue();
        assertThat(rotated.macMatches(2, "tombstone", content, mac)).isFalse();
        assertThat(rotated.macMatches(1, "slot", content, mac)).isFalse();
        assertThat(rotated.macMatches(1, "tombstone", "Content".getBytes(UTF_8), mac))
                .isFalse();
        assertThat(rotated.macMatches(1, "tombstonec", "ontent".getBytes(UTF_8), mac))
                .isFalse();
        assertThat(rotated.macMatches(1, "tombstone", content, Arrays.copyOf(mac, 31)))
                .isFalse();
    }

    @Test
    void aMacUnderThePrivateKeyIsNothingForWhoCanOnlyWrite() throws KeyException {
        KeyRing ring = KeyRing.generate(new SecureRandom());
        byte[] content = "content".getBytes(UTF_8);
        byte[] mac = ring.privateMac(1, "verification", content);
        assertThat(mac).hasSize(32).isNotEqualTo(ring.mac(1, "verification", content));
        assertThat(ring.privateMac(1, "verification", content)).isEqualTo(mac);
        assertThat(ring.privateMac(1, "other", content)).isNotEqualTo(mac);
        assertThat(KeyRing.generate(new SecureRandom()).privateMac(1, "verification", content))
                .isNotEqualTo(mac);
        assertThatThrownBy(() -> ring.writeOnly().privateMac(1, "verification", content))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("write slot");
        assertThatThrownBy(() -> ring.privateMac(2, "verification", content)).isInstanceOf(KeyException.class);
    }

    @Test
    void aClosedRingIsWipedAndItsCopiesAreNot() throws KeyException {
        KeyRing copy = ring.writeOnly();
        byte[] metadataKey = ring.all().get(0).metadataKey().bytes();
        byte[] privateKey = ring.all().get(0).privateKey().bytes();
        ring.close();
        assertThat(metadataKey).containsOnly(0);
        assertThat(privateKey).containsOnly(0);
        assertThatThrownBy(() -> ring.manifestKey(1)).isInstanceOf(IllegalStateException.class);
        assertThat(copy.manifestKey(1)).hasSize(32);
    }

    @Test
    void aRingShowsNoKeys() throws KeyException {
        String hex = java.util.HexFormat.of()
                .formatHex(ring.all().get(0).metadataKey().bytes());
        assertThat(ring.toString()).isEqualTo("key ring with generations [1]").doesNotContain(hex);
        assertThat(ring.all().toString()).isEqualTo("[generation 1]");
    }
}
