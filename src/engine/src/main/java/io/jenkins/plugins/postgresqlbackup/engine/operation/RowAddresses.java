package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Row addresses as they are stored: for each row, in order, the step from the row before it, as unsigned LEB128. A step within a block is
 * {@code 2 × (offset − offset before) − 1}; a step to another block is {@code 2 × (block − block before) } followed by the offset. Both begin at
 * block 0, offset 0.
 */
final class RowAddresses {
    private static final int TID_BYTES = 6;

    private RowAddresses() {}

    /**
     * @param tids as PostgreSQL sends them: 4 bytes of block, 2 of offset, big-endian, ascending
     * @throws IOException if they do not ascend
     */
    static void encode(byte[] tids, OutputStream out) throws IOException {
        byte[] coded = new byte[64 * 1024];
        int filled = 0;
        long block = 0;
        int offset = 0;
        for (int i = 0; i < tids.length; i += TID_BYTES) {
            long nextBlock = (tids[i] & 0xFFL) << 24
                    | (tids[i + 1] & 0xFF) << 16
                    | (tids[i + 2] & 0xFF) << 8
                    | tids[i + 3] & 0xFF;
            int nextOffset = (tids[i + 4] & 0xFF) << 8 | tids[i + 5] & 0xFF;
            if (filled > coded.length - 16) {
                out.write(coded, 0, filled);
                filled = 0;
            }
            if (nextBlock == block && nextOffset > offset) {
                filled = leb128(2L * (nextOffset - offset) - 1, coded, filled);
            } else if (nextBlock > block) {
                filled = leb128(2 * (nextBlock - block), coded, filled);
                filled = leb128(nextOffset, coded, filled);
            } else {
                throw new IOException(
                        "The rows of a table came out of the order of their addresses; this is a fault, please report it.");
            }
            block = nextBlock;
            offset = nextOffset;
        }
        out.write(coded, 0, filled);
    }

    private static int leb128(long value, byte[] out, int at) {
        long rest = value;
        int position = at;
        while (rest >= 0x80) {
            out[position++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out[position++] = (byte) rest;
        return position;
    }
}
