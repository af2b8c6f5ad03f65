package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.Messages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** A long text on its way between controller and node. Whoever reads it takes no more than a bounded amount, whatever was sent. Immutable. */
public final class CompressedText implements Serializable {
    private static final long serialVersionUID = 1;

    /** What is known of a repository of tens of thousands of backups. */
    private static final int MOST_BYTES = 256 << 20;

    private final byte[] compressed;

    private CompressedText(byte[] compressed) {
        this.compressed = compressed;
    }

    static CompressedText of(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(bytes)) {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return new CompressedText(bytes.toByteArray());
    }

    /** @throws IOException with a sentence when it is none, or longer than it can be */
    String text() throws IOException {
        if (compressed == null) {
            throw new IOException(Messages.CompressedText_bad());
        }
        try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            byte[] bytes = stream.readNBytes(MOST_BYTES);
            if (stream.read() >= 0) {
                throw new IOException(Messages.CompressedText_bad());
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** How much of it travels. Visible for testing. */
    int size() {
        return compressed.length;
    }
}
