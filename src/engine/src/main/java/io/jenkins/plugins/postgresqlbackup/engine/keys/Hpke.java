package io.jenkins.plugins.postgresqlbackup.engine.keys;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * Seals to an X25519 public key: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Whoever
 * knows the public key can seal, so an opened message proves nothing about who sealed it.
 */
final class Hpke {
    static final int KEY_LENGTH = X25519.POINT_SIZE;
    static final int TAG_LENGTH = 16;

    private Hpke() {}

    /** What {@link #seal} gives: HPKE's {@code enc} and ciphertext. */
    record Sealed(byte[] encapsulated, byte[] ciphertext) {}

    static Sealed seal(byte[] publicKey, String info, byte[] associatedData, byte[] plaintext) throws KeyException {
        try {
            HPKEContextWithEncapsulation context =
                    suite().setupBaseS(new X25519PublicKeyParameters(publicKey), ascii(info));
            return new Sealed(context.getEncapsulation(), context.seal(associatedData, plaintext));
        } catch (InvalidCipherTextException | IllegalStateException | IllegalArgumentException e) {
            // A point of small order: nothing sealed to it would be secret.
            throw new KeyException("This public key is not a usable X25519 key; ask its owner for it once more.", e);
        }
    }

    /** @return empty when it was not sealed to this key, with this info and associated data, or was changed since */
    static Optional<byte[]> open(
            byte[] privateKey, String info, byte[] associatedData, byte[] encapsulated, byte[] ciphertext) {
        if (encapsulated.length != KEY_LENGTH || ciphertext.length < TAG_LENGTH) {
            return Optional.empty();
        }
        X25519PrivateKeyParameters key = new X25519PrivateKeyParameters(privateKey);
        AsymmetricCipherKeyPair pair = new AsymmetricCipherKeyPair(key.generatePublicKey(), key);
        try {
            return Optional.of(
                    suite().setupBaseR(encapsulated, pair, ascii(info)).open(associatedData, ciphertext));
        } catch (InvalidCipherTextException | IllegalStateException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static byte[] publicKeyOf(byte[] privateKey) {
        return new X25519PrivateKeyParameters(privateKey).generatePublicKey().getEncoded();
    }

    static boolean belongTogether(byte[] privateKey, byte[] publicKey) {
        return Arrays.equals(publicKeyOf(privateKey), publicKey);
    }

    private static HPKE suite() {
        return new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
