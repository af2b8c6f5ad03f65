package io.jenkins.plugins.postgresqlbackup.engine.archive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a blob is and where it belongs. It is sealed into the blob, which opens with the same context only.
 *
 * @param backupId the backup that wrote the blob, also when a later backup reuses it
 * @param role what it holds: {@code rows}, {@code addresses}, {@code schema}, {@code manifest} …
 * @param place which one of its role, such as a table and a block range
 */
public record BlobContext(String repositoryId, String backupId, String role, String place) {
    private static final String FORMAT = "pgbackup blob v1";

    /** The associated data: each field as its length in UTF-8 (4 bytes, big-endian) and its bytes, so no two contexts are alike. */
    byte[] toBytes() {
        List<byte[]> fields = List.of(utf8(FORMAT), utf8(repositoryId), utf8(backupId), utf8(role), utf8(place));
        int length =
                fields.stream().mapToInt(field -> Integer.BYTES + field.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(length);
        fields.forEach(field -> bytes.putInt(field.length).put(field));
        return bytes.array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
