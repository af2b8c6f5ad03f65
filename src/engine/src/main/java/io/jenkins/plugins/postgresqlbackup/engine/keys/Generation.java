package io.jenkins.plugins.postgresqlbackup.engine.keys;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The keys of one generation. The private key is null in a ring that can only write.
 *
 * @param number 1 for the first, and so on
 */
record Generation(int number, SecretBytes metadataKey, byte[] publicKey, SecretBytes privateKey) {
    static final int KEY_LENGTH = 32;

    static Generation of(int number, byte[] metadataKey, byte[] publicKey, byte[] privateKey) {
        return new Generation(
                number,
                new SecretBytes("key ring", metadataKey),
                publicKey.clone(),
                privateKey == null ? null : new SecretBytes("key ring", privateKey));
    }

    static Generation generate(int number, SecureRandom random) {
        byte[] metadataKey = new byte[KEY_LENGTH];
        byte[] privateKey = new byte[KEY_LENGTH];
        random.nextBytes(metadataKey);
        random.nextBytes(privateKey);
        try {
            return of(number, metadataKey, Hpke.publicKeyOf(privateKey), privateKey);
        } finally {
            Arrays.fill(metadataKey, (byte) 0);
            Arrays.fill(privateKey, (byte) 0);
        }
    }

    Generation copy(boolean withPrivateKey) {
        return of(
                number,
                metadataKey.bytes(),
                publicKey,
                withPrivateKey && privateKey != null ? privateKey.bytes() : null);
    }

    void wipe() {
        metadataKey.close();
        if (privateKey != null) {
            privateKey.close();
        }
    }

    @Override
    public String toString() {
        return "generation " + number;
    }
}
