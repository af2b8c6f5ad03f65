package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** One binary value, read by COPY in binary format: no escaping, and one round trip. */
final class CopiedValue {
    private static final int SIGNATURE_AND_FLAGS = 15;
    private static final short END = -1;

    private CopiedValue() {}

    /** The value of a COPY that yields one row of one column; NULL is no bytes. */
    static byte[] read(CopyManager copies, String copyToStdout) throws SQLException {
        CopyOut copy = copies.copyOut(copyToStdout);
        byte[] value = null;
        boolean first = true;
        for (byte[] message; (message = copy.readFromCopy()) != null; ) {
            ByteBuffer buffer = ByteBuffer.wrap(message);
            if (first) {
                buffer.position(SIGNATURE_AND_FLAGS);
                int extension = buffer.getInt();
                buffer.position(buffer.position() + extension);
                first = false;
            }
            if (buffer.remaining() > 0 && buffer.getShort() != END) {
                int length = buffer.getInt();
                value = new byte[Math.max(length, 0)];
                buffer.get(value);
            }
        }
        if (value == null) {
            throw new PSQLException("The server sent no value", PSQLState.PROTOCOL_VIOLATION);
        }
        return value;
    }
}
