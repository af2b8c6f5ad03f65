package io.jenkins.plugins.postgresqlbackup.engine.keys;

/** For whom a slot is made. */
public sealed interface Holder permits Holder.OfSecret, Holder.OfRecipient {
    /** Whoever has this passphrase, raw key or recipient's private key. */
    static Holder of(Secret secret) {
        return secret instanceof RecipientKey recipient ? new OfRecipient(recipient.publicKey()) : new OfSecret(secret);
    }

    /**
     * Whoever has the private key that belongs to this public key.
     *
     * @param publicText as {@link RecipientPair#publicText()} gives it
     * @throws KeyException when it is not a recipient's public key, or was mistyped
     */
    static Holder recipient(String publicText) throws KeyException {
        return new OfRecipient(RecipientPair.publicKey(publicText));
    }

    /** A passphrase or a raw key. The secret stays the caller's to close, after the slot was made. */
    record OfSecret(Secret secret) implements Holder {}

    /** An X25519 public key. */
    record OfRecipient(byte[] publicKey) implements Holder {}
}
