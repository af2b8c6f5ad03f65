package io.jenkins.plugins.postgresqlbackup.engine.keys;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Puts several values into one array so that no two different lists of values give the same bytes. */
final class Fields {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    Fields add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    Fields add(byte[] value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value.length).array());
        out.writeBytes(value);
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
