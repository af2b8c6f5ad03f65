package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.ByteArrayOutputStream;

/**
 * Rows' addresses (block and line pointer) in few bytes: each is a number, block times 2^16 plus line pointer, and
 * what is stored is its difference from the one before (the first: from zero) as an unsigned LEB128 number. Rows in
 * their order on disk have growing addresses.
 */
public final class RowAddresses {
    /** The size of one address as the server sends it. */
    public static final int BYTES = 6;

    private RowAddresses() {}

    /**
     * Packs addresses as {@link SnapshotWorker#readAddresses} gives them.
     *
     * @throws IllegalArgumentException when they do not grow
     */
    public static byte[] pack(byte[] addresses) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(addresses.length / 4 + 16);
        long before = 0;
        for (int at = 0; at < addresses.length; at += BYTES) {
            long address = 0;
            for (int i = 0; i < BYTES; i++) {
                address = address << 8 | addresses[at + i] & 0xff;
            }
            if (address <= before) {
                throw new IllegalArgumentException("Row addresses do not grow at row " + at / BYTES);
            }
            for (long rest = address - before; ; rest >>>= 7) {
                if (rest < 0x80) {
                    packed.write((int) rest);
                    break;
                }
                packed.write((int) rest & 0x7f | 0x80);
            }
            before = address;
        }
        return packed.toByteArray();
    }

    /**
     * The numbers again.
     *
     * @throws IllegalArgumentException when the bytes are not packed addresses
     */
    public static long[] unpack(byte[] packed) {
        int count = 0;
        for (byte b : packed) {
            count += b >= 0 ? 1 : 0;
        }
        long[] addresses = new long[count];
        long before = 0;
        int at = 0;
        for (int i = 0; i < count; i++) {
            long difference = 0;
            int shift = 0;
            byte b;
            do {
                b = packed[at++];
                if (shift > 42) {
                    throw new IllegalArgumentException("A row address is too long at byte " + at);
                }
                difference |= (long) (b & 0x7f) << shift;
                shift += 7;
            } while (b < 0);
            before += difference;
            addresses[i] = before;
        }
        if (at != packed.length) {
            throw new IllegalArgumentException("The row addresses end in the middle of one");
        }
        return addresses;
    }
}
