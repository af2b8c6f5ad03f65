package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowHash;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Rows as they are stored: lines of COPY text, each ended by a newline. Reads a stream of them and digests it; memory is bounded by the longest row.
 */
final class RowLines {
    private static final int CHUNK = 256 * 1024;

    private RowLines() {}

    /** Where whole chunks of rows go, besides being digested. */
    interface Sink {
        Sink NOWHERE = (buffer, offset, length) -> {};

        void write(byte[] buffer, int offset, int length) throws IOException, InterruptedException;
    }

    /** Which rows are wanted; it is asked once for each, in their order. */
    interface Filter {
        Filter ALL = () -> true;

        boolean wantsNext() throws IOException;
    }

    /**
     * Reads rows to the end.
     *
     * @throws EOFException if the last row has no newline
     */
    static RowDigest read(InputStream rows, Sink sink) throws IOException, InterruptedException {
        return read(rows, Filter.ALL, sink);
    }

    /** Reads rows to the end; those that are not wanted go nowhere and do not count. */
    static RowDigest read(InputStream rows, Filter filter, Sink sink) throws IOException, InterruptedException {
        byte[] buffer = new byte[CHUNK];
        int filled = 0;
        long count = 0;
        long sum = 0;
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            int read = rows.readNBytes(buffer, filled, buffer.length - filled);
            filled += read;
            int begin = 0;
            int kept = 0;
            for (int i = filled - read; i < filled; i++) {
                if (buffer[i] == '\n') {
                    if (filter.wantsNext()) {
                        sum += RowHash.hash(buffer, begin, i - begin);
                        count++;
                        if (kept != begin) {
                            System.arraycopy(buffer, begin, buffer, kept, i + 1 - begin);
                        }
                        kept += i + 1 - begin;
                    }
                    begin = i + 1;
                }
            }
            sink.write(buffer, 0, kept);
            System.arraycopy(buffer, begin, buffer, 0, filled - begin);
            filled -= begin;
            if (filled == buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.multiplyExact(buffer.length, 2));
            } else if (read == 0) {
                break;
            }
        }
        if (filled > 0) {
            throw new EOFException("The last row is cut.");
        }
        return new RowDigest(count, sum);
    }
}
