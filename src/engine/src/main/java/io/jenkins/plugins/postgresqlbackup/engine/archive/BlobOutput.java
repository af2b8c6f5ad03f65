package io.jenkins.plugins.postgresqlbackup.engine.archive;

import java.io.IOException;
import java.io.OutputStream;

/**
 * One blob on its way into a pack: write its content in pieces of any size, then {@link #finish()}. Closed without that, it
 * leaves some bytes in the pack that nothing refers to. Not thread-safe; flushing does nothing.
 */
public final class BlobOutput extends OutputStream {
    private final PackWriter pack;
    private final OutputStream sealing;
    private long rawBytes;
    private boolean open = true;

    BlobOutput(PackWriter pack, OutputStream sealing) {
        this.pack = pack;
        this.sealing = sealing;
    }

    @Override
    public void write(int value) throws IOException {
        requireOpen();
        sealing.write(value);
        rawBytes++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        requireOpen();
        sealing.write(bytes, offset, length);
        rawBytes += length;
    }

    /** How much was written so far, in bytes before compression. */
    public long rawBytes() {
        return rawBytes;
    }

    /** Completes the blob; it exists once its pack is committed. */
    public BlobRef finish() throws IOException {
        requireOpen();
        open = false;
        sealing.close();
        return pack.finished(rawBytes);
    }

    @Override
    public void flush() {
        // A blob is sealed in segments of one size.
    }

    @Override
    public void close() throws IOException {
        if (open) {
            open = false;
            pack.abandoned();
            sealing.close();
        }
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("This blob was finished or closed already.");
        }
    }
}
