package io.jenkins.plugins.postgresqlbackup.engine.keys;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * A new recipient's keys as text: the secret for {@link Secrets#parse}, the public text for {@link Holder#recipient}. Each is a
 * prefix and base64url of the key and the first four bytes of its SHA-256, by which a typing error shows.
 *
 * @param secretText must stay with the recipient
 * @param publicText may be known to everybody
 */
public record RecipientPair(String secretText, String publicText) {
    static final String SECRET_PREFIX = "pgbackup-secret:";
    static final String PUBLIC_PREFIX = "pgbackup-recipient:";
    private static final int CHECK_LENGTH = 4;

    static RecipientPair generate(SecureRandom random) {
        byte[] privateKey = new byte[RecipientKey.LENGTH];
        random.nextBytes(privateKey);
        try {
            return new RecipientPair(
                    text(SECRET_PREFIX, privateKey), text(PUBLIC_PREFIX, Hpke.publicKeyOf(privateKey)));
        } finally {
            Arrays.fill(privateKey, (byte) 0);
        }
    }

    static byte[] publicKey(String text) throws KeyException {
        return key(PUBLIC_PREFIX, text.strip(), "public");
    }

    static byte[] privateKey(String text) throws KeyException {
        return key(SECRET_PREFIX, text.strip(), "private");
    }

    /** The public text of a key found in a slot. */
    static String publicText(byte[] publicKey) {
        return text(PUBLIC_PREFIX, publicKey);
    }

    private static String text(String prefix, byte[] key) {
        byte[] checked = Arrays.copyOf(key, key.length + CHECK_LENGTH);
        System.arraycopy(sha256(key), 0, checked, key.length, CHECK_LENGTH);
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(checked);
    }

    private static byte[] key(String prefix, String text, String half) throws KeyException {
        try {
            if (text.startsWith(prefix)) {
                byte[] checked = Base64.getUrlDecoder().decode(text.substring(prefix.length()));
                if (checked.length == Hpke.KEY_LENGTH + CHECK_LENGTH) {
                    byte[] key = Arrays.copyOf(checked, Hpke.KEY_LENGTH);
                    if (text(prefix, key).equals(text)) {
                        return key;
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            throw mistyped(prefix, half, e);
        }
        throw mistyped(prefix, half, null);
    }

    private static KeyException mistyped(String prefix, String half, IllegalArgumentException cause) {
        return new KeyException(
                "This is not a recipient's " + half + " key, or a character of it is wrong: it is \"" + prefix
                        + "\" and 48 letters, digits, - or _; copy it once more.",
                cause);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256, but this one has not.", e);
        }
    }

    @Override
    public String toString() {
        return publicText;
    }
}
