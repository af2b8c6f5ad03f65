package io.jenkins.plugins.postgresqlbackup.engine.keys;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A key ring as bytes, which is what a slot wraps: format 1, flags (1: with private keys), the count of generations, and for
 * each, by rising number, its number (4 bytes, big-endian), metadata key, public key and, as the flag says, private key.
 */
final class RingPayload {
    private static final byte FORMAT = 1;
    private static final byte WITH_PRIVATE_KEYS = 1;
    private static final int HEADER = 3;

    private RingPayload() {}

    static byte[] encode(KeyRing ring) {
        int keys = ring.canRead() ? 3 : 2;
        List<Generation> generations = ring.all();
        ByteBuffer out =
                ByteBuffer.allocate(HEADER + generations.size() * (Integer.BYTES + keys * Generation.KEY_LENGTH));
        out.put(FORMAT);
        out.put(ring.canRead() ? WITH_PRIVATE_KEYS : 0);
        out.put((byte) generations.size());
        for (Generation generation : generations) {
            out.putInt(generation.number());
            out.put(generation.metadataKey().bytes());
            out.put(generation.publicKey());
            if (ring.canRead()) {
                out.put(generation.privateKey().bytes());
            }
        }
        return out.array();
    }

    /** Decodes what was authenticated already, so a fault is a writer's mistake, or a forger's. */
    static KeyRing decode(byte[] payload) throws KeyException {
        ByteBuffer in = ByteBuffer.wrap(payload);
        if (payload.length < HEADER || in.get() != FORMAT) {
            throw invalid();
        }
        byte flags = in.get();
        boolean withPrivateKeys = flags == WITH_PRIVATE_KEYS;
        int count = in.get();
        int keys = withPrivateKeys ? 3 : 2;
        if ((flags & ~WITH_PRIVATE_KEYS) != 0
                || count < 1
                || count > KeyRing.MOST_GENERATIONS
                || in.remaining() != count * (Integer.BYTES + keys * Generation.KEY_LENGTH)) {
            throw invalid();
        }
        List<Generation> generations = new ArrayList<>();
        int last = 0;
        for (int i = 0; i < count; i++) {
            int number = in.getInt();
            if (number <= last) {
                throw invalid();
            }
            generations.add(decode(number, in, withPrivateKeys));
            last = number;
        }
        return new KeyRing(generations);
    }

    private static Generation decode(int number, ByteBuffer in, boolean withPrivateKey) throws KeyException {
        byte[] metadataKey = key(in);
        byte[] publicKey = key(in);
        byte[] privateKey = withPrivateKey ? key(in) : null;
        try {
            if (privateKey != null && !Hpke.belongTogether(privateKey, publicKey)) {
                throw invalid();
            }
            return Generation.of(number, metadataKey, publicKey, privateKey);
        } finally {
            Arrays.fill(metadataKey, (byte) 0);
            if (privateKey != null) {
                Arrays.fill(privateKey, (byte) 0);
            }
        }
    }

    private static byte[] key(ByteBuffer in) {
        byte[] key = new byte[Generation.KEY_LENGTH];
        in.get(key);
        return key;
    }

    private static KeyException invalid() {
        return new KeyException(
                "The key slot opens but holds no valid keys; use another slot's key, and make this slot anew.");
    }
}
