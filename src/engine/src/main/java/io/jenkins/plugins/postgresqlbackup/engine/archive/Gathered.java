package io.jenkins.plugins.postgresqlbackup.engine.archive;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Gathers small writes into large ones. Unlike {@link java.io.BufferedOutputStream} it takes no lock for each row, and it does
 * not flush what it writes to, since that would end a compressor's block early.
 */
final class Gathered extends OutputStream {
    private final OutputStream out;
    private final byte[] buffer;
    private int used;

    Gathered(OutputStream out, byte[] buffer) {
        this.out = out;
        this.buffer = buffer;
    }

    @Override
    public void write(int value) throws IOException {
        if (used == buffer.length) {
            pass();
        }
        buffer[used++] = (byte) value;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > buffer.length - used) {
            pass();
            if (length >= buffer.length) {
                out.write(bytes, offset, length);
                return;
            }
        }
        System.arraycopy(bytes, offset, buffer, used, length);
        used += length;
    }

    private void pass() throws IOException {
        if (used > 0) {
            out.write(buffer, 0, used);
            used = 0;
        }
    }

    @Override
    public void flush() {
        // All of it is written on close.
    }

    @Override
    public void close() throws IOException {
        try (OutputStream closing = out) {
            closing.write(buffer, 0, used);
            used = 0;
        }
    }
}
