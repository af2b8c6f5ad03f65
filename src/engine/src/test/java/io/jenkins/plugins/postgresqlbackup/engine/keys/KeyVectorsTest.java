package io.jenkins.plugins.postgresqlbackup.engine.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;

/** What we use of others' cryptography is what the standards say, by their published test vectors. */
class KeyVectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void hkdfIsThatOfRfc5869() {
        // RFC 5869, A.1.
        byte[] derived = Hkdf.derive(
                HEX.parseHex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"),
                HEX.parseHex("000102030405060708090a0b0c"),
                HEX.parseHex("f0f1f2f3f4f5f6f7f8f9"),
                42);
        assertThat(HEX.formatHex(derived))
                .isEqualTo("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
        // RFC 5869, A.3: no salt, no info.
        assertThat(HEX.formatHex(
                        Hkdf.derive(HEX.parseHex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), new byte[0], "", 42)))
                .isEqualTo("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    }

    @Test
    void argon2idIsThatOfRfc9106() {
        // RFC 9106, 5.3.
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(32)
                .withIterations(3)
                .withParallelism(4)
                .withSalt(filled(16, 2))
                .withSecret(filled(8, 3))
                .withAdditional(filled(12, 4))
                .build());
        byte[] tag = new byte[32];
        generator.generateBytes(filled(32, 1), tag);
        assertThat(HEX.formatHex(tag)).isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    }

    @Test
    void aPassphrasesKeyIsArgon2idOfItsNfcUtf8() {
        // Computed with OpenSSL's Argon2id.
        byte[] salt = new byte[32];
        for (int i = 0; i < salt.length; i++) {
            salt[i] = (byte) i;
        }
        assertThat(argon2id("correct horse battery staple", salt, new Kdf(8192, 2, 1)))
                .isEqualTo("04f8a678e6e96b19531106cb13a867b27c5c59eb951894da1074f6e413f943e7");
        assertThat(argon2id("pässwörter", salt, new Kdf(9000, 1, 2)))
                .isEqualTo("ba944988c39a7eec483180a356d100c4ebdb0194abce702f1fe3122248ca0465")
                .isEqualTo(argon2id("pa\u0308sswo\u0308rter", salt, new Kdf(9000, 1, 2)));
    }

    private static String argon2id(String passphrase, byte[] salt, Kdf kdf) {
        try (Passphrase secret = new Passphrase(passphrase.toCharArray())) {
            return HEX.formatHex(KeySlots.argon2id(secret.bytes(), salt, kdf));
        }
    }

    /**
     * The published vector for mode base, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, whose thousand messages are
     * drawn from SHAKE128 and compared by SHAKE128 over the ciphertexts.
     */
    @Test
    void hpkeIsThatOfRfc9180() throws Exception {
        HPKE suite = new HPKE(HPKE.mode_base, (short) 0x20, (short) 1, (short) 2);
        AsymmetricCipherKeyPair ephemeral =
                suite.deriveKeyPair(HEX.parseHex("2cd7c601cefb3d42a62b04b7a9041494c06c7843818e0ce28a8f704ae7ab20f9"));
        byte[] privateKey = HEX.parseHex("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d");
        byte[] publicKey = HEX.parseHex("430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c");
        String info = "Ode on a Grecian Urn";

        HPKEContextWithEncapsulation sender =
                suite.setupBaseS(suite.deserializePublicKey(publicKey), info.getBytes(US_ASCII), ephemeral);
        assertThat(HEX.formatHex(sender.getEncapsulation()))
                .isEqualTo("6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256");
        assertThat(Hpke.publicKeyOf(privateKey)).isEqualTo(publicKey);
        HPKEContext recipient = suite.setupBaseR(
                sender.getEncapsulation(), suite.deserializePrivateKey(privateKey, publicKey), info.getBytes(US_ASCII));

        SHAKEDigest source = new SHAKEDigest(128);
        SHAKEDigest sink = new SHAKEDigest(128);
        for (int i = 0; i < 1000; i++) {
            byte[] associatedData = draw(source);
            byte[] plaintext = draw(source);
            byte[] ciphertext = sender.seal(associatedData, plaintext);
            sink.update(ciphertext, 0, ciphertext.length);
            assertThat(recipient.open(associatedData, ciphertext)).isEqualTo(plaintext);
            if (i == 0) {
                assertThat(Hpke.open(privateKey, info, associatedData, sender.getEncapsulation(), ciphertext))
                        .hasValueSatisfying(opened -> assertThat(opened).isEqualTo(plaintext));
            }
        }
        byte[] accumulated = new byte[16];
        sink.doOutput(accumulated, 0, accumulated.length);
        assertThat(HEX.formatHex(accumulated)).isEqualTo("1702e73e1e71705faa8241022af1deea");
    }

    private static byte[] draw(SHAKEDigest source) {
        byte[] length = new byte[1];
        source.doOutput(length, 0, 1);
        byte[] drawn = new byte[length[0] & 0xff];
        source.doOutput(drawn, 0, drawn.length);
        return drawn;
    }

    @Test
    void nothingIsSealedToAPointOfSmallOrder() {
        for (String point : new String[] {
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
        }) {
            assertThatThrownBy(() -> Hpke.seal(HEX.parseHex(point), "info", new byte[0], new byte[1]))
                    .isInstanceOf(KeyException.class);
            assertThat(Hpke.open(new byte[32], "info", new byte[0], HEX.parseHex(point), new byte[17]))
                    .isEmpty();
        }
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
