package io.jenkins.plugins.postgresqlbackup.engine.keys;

import org.bouncycastle.math.ec.rfc7748.X25519;

/** The private half of a recipient's X25519 key pair. Whoever makes a slot for the recipient knows the public half only. */
public final class RecipientKey implements Secret {
    public static final int LENGTH = X25519.SCALAR_SIZE;

    private final SecretBytes privateKey;

    /** @param privateKey {@value #LENGTH} bytes, copied, so the caller may wipe them */
    public RecipientKey(byte[] privateKey) {
        if (privateKey.length != LENGTH) {
            throw new IllegalArgumentException("A recipient's private key has " + LENGTH + " bytes, and this one has "
                    + privateKey.length + "; copy it once more, or generate a new pair.");
        }
        this.privateKey = new SecretBytes("recipient's private key", privateKey);
    }

    byte[] bytes() {
        return privateKey.bytes();
    }

    byte[] publicKey() {
        return Hpke.publicKeyOf(bytes());
    }

    @Override
    public void close() {
        privateKey.close();
    }

    @Override
    public String toString() {
        return "a recipient's private key";
    }
}
