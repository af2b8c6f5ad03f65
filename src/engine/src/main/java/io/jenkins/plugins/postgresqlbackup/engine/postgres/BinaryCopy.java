package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** The rows of a COPY in binary format: values as bytes, with nothing escaped, in one round trip. */
final class BinaryCopy {
    private static final int SIGNATURE_AND_FLAGS = 15;
    private static final short END = -1;
    private static final byte[] NULL = new byte[0];

    private final CopyOut copy;
    private boolean begun;

    BinaryCopy(CopyManager copies, String copyToStdout) throws SQLException {
        this.copy = copies.copyOut(copyToStdout);
    }

    /** One value of one row; NULL is no bytes. */
    static byte[] value(CopyManager copies, String copyToStdout) throws SQLException {
        BinaryCopy rows = new BinaryCopy(copies, copyToStdout);
        byte[][] row = rows.next();
        if (row == null || row.length != 1 || rows.next() != null) {
            throw malformed(null);
        }
        return row[0];
    }

    /** The next row, or null after the last. */
    byte[][] next() throws SQLException {
        byte[][] row = null;
        // The first message may have the header alone or with a row, the last one has the end mark alone.
        for (byte[] message; row == null && (message = copy.readFromCopy()) != null; ) {
            try {
                ByteBuffer buffer = ByteBuffer.wrap(message);
                if (!begun) {
                    buffer.position(SIGNATURE_AND_FLAGS);
                    int extension = buffer.getInt();
                    buffer.position(buffer.position() + extension);
                    begun = true;
                }
                if (buffer.hasRemaining()) {
                    row = row(buffer);
                }
            } catch (BufferUnderflowException | IllegalArgumentException e) {
                throw malformed(e);
            }
        }
        return row;
    }

    private static byte[][] row(ByteBuffer buffer) {
        short fields = buffer.getShort();
        if (fields == END) {
            return null;
        }
        byte[][] row = new byte[fields][];
        for (int i = 0; i < fields; i++) {
            int length = buffer.getInt();
            row[i] = length <= 0 ? NULL : new byte[length];
            buffer.get(row[i]);
        }
        return row;
    }

    private static PSQLException malformed(Exception cause) {
        return new PSQLException(
                "the server sent something that is no binary COPY", PSQLState.PROTOCOL_VIOLATION, cause);
    }
}
