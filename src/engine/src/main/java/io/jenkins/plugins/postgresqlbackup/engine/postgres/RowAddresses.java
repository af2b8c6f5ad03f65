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
     * @throws IllegalArgumentException when the bytes are not packed addresses that grow
     */
    public static long[] unpack(byte[] packed) {
        long[] addresses = new long[Math.toIntExact(count(packed))];
        Reader reader = new Reader(packed);
        for (int i = 0; reader.next(); i++) {
            addresses[i] = reader.address();
        }
        return addresses;
    }

    /**
     * How many there are.
     *
     * @throws IllegalArgumentException when the bytes are not packed addresses that grow
     */
    public static long count(byte[] packed) {
        Reader reader = new Reader(packed);
        boolean more;
        do {
            more = reader.next();
        } while (more);
        return reader.count();
    }

    /** The numbers again, one after another, without memory besides the packed bytes: a range may have millions. For one thread. */
    public static final class Reader {
        private final byte[] packed;
        private int at;
        private long address;
        private long count;

        public Reader(byte[] packed) {
            this.packed = packed;
        }

        /**
         * Goes to the next address.
         *
         * @return false: there is none
         * @throws IllegalArgumentException when the bytes are not packed addresses that grow
         */
        public boolean next() {
            if (at == packed.length) {
                return false;
            }
            long difference = 0;
            int shift = 0;
            byte b;
            do {
                if (at == packed.length) {
                    throw new IllegalArgumentException("The row addresses end in the middle of one");
                }
                if (shift >= 49) {
                    throw new IllegalArgumentException("A row address is too long at byte " + at);
                }
                b = packed[at++];
                difference |= (long) (b & 0x7f) << shift;
                shift += 7;
            } while (b < 0);
            if (difference == 0) {
                throw new IllegalArgumentException("Row addresses do not grow at row " + count);
            }
            address += difference;
            count++;
            return true;
        }

        /** The one that {@link #next} went to: block times 2^16 plus line pointer. */
        public long address() {
            return address;
        }

        /** How many there were so far. */
        public long count() {
            return count;
        }
    }

    /** An address as PostgreSQL writes it, {@code (block,line pointer)}. */
    public static String text(long address) {
        return "(" + (address >>> 16) + "," + (address & 0xffff) + ")";
    }
}
