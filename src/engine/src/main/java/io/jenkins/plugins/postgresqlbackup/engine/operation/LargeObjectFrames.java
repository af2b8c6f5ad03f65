package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Large objects one after another in a blob: the object's id (4 bytes, unsigned), then pieces of its content, each with its length (4 bytes) before
 * it, the last one of length 0. All numbers big-endian.
 */
final class LargeObjectFrames {
    private static final int MAX_PIECE = 1 << 20;

    private LargeObjectFrames() {}

    /** Writes one object; the content comes in pieces of any size. */
    static final class Writer {
        private final DataOutputStream out;

        Writer(OutputStream out) {
            this.out = new DataOutputStream(out);
        }

        void begin(long oid) throws IOException {
            out.writeInt((int) oid);
        }

        void piece(byte[] buffer, int offset, int length) throws IOException {
            for (int done = 0; done < length; done += MAX_PIECE) {
                int part = Math.min(MAX_PIECE, length - done);
                out.writeInt(part);
                out.write(buffer, offset + done, part);
            }
        }

        void end() throws IOException {
            out.writeInt(0);
            out.flush();
        }
    }

    /** What is done with each object that is read. */
    interface Visitor {
        /** @param content ends where the object does; what is left unread is skipped */
        void object(long oid, InputStream content) throws IOException, InterruptedException;
    }

    /** Reads all objects of a blob and returns how many there were. */
    static long read(InputStream blob, Visitor visitor) throws IOException, InterruptedException {
        DataInputStream in = new DataInputStream(blob);
        long count = 0;
        byte[] first = new byte[4];
        while (true) {
            int got = in.readNBytes(first, 0, 4);
            if (got == 0) {
                return count;
            }
            if (got < 4) {
                throw new EOFException("A large object is cut.");
            }
            long oid = java.nio.ByteBuffer.wrap(first).getInt() & 0xFFFF_FFFFL;
            Pieces pieces = new Pieces(in);
            visitor.object(oid, pieces);
            pieces.transferTo(OutputStream.nullOutputStream());
            count++;
        }
    }

    private static final class Pieces extends InputStream {
        private final DataInputStream in;
        private int left;
        private boolean ended;

        Pieces(DataInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left == 0 && !ended) {
                left = in.readInt();
                ended = left == 0;
            }
            if (ended) {
                return -1;
            }
            if (left < 0 || left > MAX_PIECE) {
                throw new IOException("A piece of a large object has an impossible length.");
            }
            int got = in.read(buffer, offset, Math.min(length, left));
            if (got < 0) {
                throw new EOFException("A large object is cut.");
            }
            left -= got;
            return got;
        }
    }
}
