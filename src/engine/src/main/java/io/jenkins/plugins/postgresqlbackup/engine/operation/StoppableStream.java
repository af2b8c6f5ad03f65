package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** Content that can be read only until the thread is interrupted: stores know nothing of interrupts, and a blob may take minutes. */
final class StoppableStream extends FilterInputStream {
    StoppableStream(InputStream content) {
        super(content);
    }

    @Override
    public int read() throws IOException {
        stopIfInterrupted();
        return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        stopIfInterrupted();
        return super.read(bytes, offset, length);
    }

    private static void stopIfInterrupted() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("Reading was stopped.");
        }
    }
}
