package io.jenkins.plugins.postgresqlbackup.engine.keys;

/** How a slot's key ring is wrapped, and what one must know of that besides the secret. */
public sealed interface Wrapping {
    /** Its name in slot objects and listings: {@code passphrase}, {@code raw-key} or {@code recipient}. */
    String method();

    /**
     * The wrapping key is made from a passphrase by Argon2id.
     *
     * @param salt {@value KeySlot#SALT_LENGTH} random bytes
     */
    record ByPassphrase(Kdf kdf, byte[] salt) implements Wrapping {
        @Override
        public String method() {
            return "passphrase";
        }
    }

    /**
     * The wrapping key is made from a raw key by HKDF-SHA256.
     *
     * @param salt {@value KeySlot#SALT_LENGTH} random bytes
     */
    record ByRawKey(byte[] salt) implements Wrapping {
        @Override
        public String method() {
            return "raw-key";
        }
    }

    /**
     * The key ring is sealed to an X25519 public key by HPKE.
     *
     * @param recipient the public key
     * @param encapsulated HPKE's {@code enc}
     */
    record ToRecipient(byte[] recipient, byte[] encapsulated) implements Wrapping {
        @Override
        public String method() {
            return "recipient";
        }
    }
}
