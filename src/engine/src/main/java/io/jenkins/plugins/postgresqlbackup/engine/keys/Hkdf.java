package io.jenkins.plugins.postgresqlbackup.engine.keys;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/** HKDF-SHA256 (RFC 5869). */
final class Hkdf {
    private Hkdf() {}

    static byte[] derive(byte[] key, byte[] salt, String info, int length) {
        return derive(key, salt, info.getBytes(StandardCharsets.US_ASCII), length);
    }

    static byte[] derive(byte[] key, byte[] salt, byte[] info, int length) {
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(SHA256Digest.newInstance());
        hkdf.init(new HKDFParameters(key, salt, info));
        byte[] derived = new byte[length];
        hkdf.generateBytes(derived, 0, length);
        return derived;
    }
}
