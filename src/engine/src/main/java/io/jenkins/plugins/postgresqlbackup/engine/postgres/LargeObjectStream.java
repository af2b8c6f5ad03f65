package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Large objects one after another as bytes. Of each: the length of its head (four bytes, big-endian), the head (JSON in
 * UTF-8), then pieces, each with its length before it, then a length of zero.
 */
public final class LargeObjectStream implements LargeObjectSink {
    private static final int LONGEST_HEAD = 1 << 24;
    private static final int LONGEST_PIECE = 1 << 24;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DataOutputStream output;

    /** Writes to the stream, which the caller closes. */
    public LargeObjectStream(OutputStream output) {
        this.output = new DataOutputStream(output);
    }

    @Override
    public void begin(LargeObject object) throws IOException {
        byte[] head = JSON.writeValueAsBytes(object);
        output.writeInt(head.length);
        output.write(head);
    }

    @Override
    public void content(byte[] bytes, int offset, int length) throws IOException {
        for (int at = offset; at < offset + length; at += LONGEST_PIECE) {
            int piece = Math.min(LONGEST_PIECE, offset + length - at);
            output.writeInt(piece);
            output.write(bytes, at, piece);
        }
    }

    @Override
    public void end() throws IOException {
        output.writeInt(0);
    }

    /**
     * Gives all objects of a stream to a sink.
     *
     * @return how many they are, and the sum over them of {@link LargeObjectDigest}
     * @throws IOException when the bytes are not such a stream, and what the sink throws
     */
    public static RowDigest read(InputStream input, LargeObjectSink sink) throws IOException {
        DataInputStream data = new DataInputStream(input);
        byte[] buffer = new byte[1 << 16];
        RowDigest digest = RowDigest.EMPTY;
        for (int first; (first = data.read()) >= 0; ) {
            int length = first << 24 | data.readUnsignedByte() << 16 | data.readUnsignedShort();
            LargeObject object = parse(data.readNBytes(bounded(length, LONGEST_HEAD)));
            LargeObjectDigest one = new LargeObjectDigest(object.oid());
            sink.begin(object);
            for (int left; (left = bounded(data.readInt(), LONGEST_PIECE)) > 0; ) {
                while (left > 0) {
                    int some = Math.min(left, buffer.length);
                    data.readFully(buffer, 0, some);
                    one.add(buffer, 0, some);
                    sink.content(buffer, 0, some);
                    left -= some;
                }
            }
            sink.end();
            digest = digest.plus(one.finish());
        }
        return digest;
    }

    private static int bounded(int length, int longest) throws IOException {
        if (length < 0 || length > longest) {
            throw new IOException("The large objects cannot be read: a part of " + Integer.toUnsignedString(length)
                    + " bytes is too long.");
        }
        return length;
    }

    private static LargeObject parse(byte[] head) throws IOException {
        try {
            return JSON.readValue(head, LargeObject.class);
        } catch (JsonProcessingException e) {
            throw new IOException("The large objects cannot be read: a head is no JSON.", e);
        }
    }
}
