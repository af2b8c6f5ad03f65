package io.jenkins.plugins.postgresqlbackup.engine.repository;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobContext;
import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobSealer;
import io.jenkins.plugins.postgresqlbackup.engine.archive.Compression;
import io.jenkins.plugins.postgresqlbackup.engine.archive.DamagedBlobException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyRing;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * A manifest as it is stored: a magic number, the length of the header, the header, and the manifest sealed under the metadata key with the
 * header's SHA-256 in its associated data.
 *
 * <p>The header is all that is ever parsed before authentication, and its length is bounded.
 */
final class ManifestObject {
    private static final byte[] MAGIC = "PGBACKUP".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_HEADER_BYTES = 1 << 20;
    private static final int MAX_BODY_BYTES = 512 << 20;

    /**
     * The clear part.
     *
     * @param repositoryFile a copy of {@code repository.json}
     * @param slots a copy of each key slot object, by its id
     */
    record Header(
            int format,
            String repository,
            BackupId backup,
            int generation,
            byte[] repositoryFile,
            Map<String, byte[]> slots) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Format(String format) {}

    private ManifestObject() {}

    static byte[] encode(Header header, Manifest manifest, KeyRing keys) throws IOException {
        byte[] clear = Json.write(header);
        if (clear.length > MAX_HEADER_BYTES) {
            throw new IOException(
                    "The repository has too many key slots to copy into a manifest: remove some with `pgbackup key remove`.");
        }
        ByteArrayOutputStream object = new ByteArrayOutputStream(64 * 1024);
        object.write(MAGIC);
        object.write(ByteBuffer.allocate(4).putInt(clear.length).array());
        object.write(clear);
        object.write(sealer(keys, header.generation())
                .seal(Json.write(manifest), context(header, clear), Compression.best()));
        return object.toByteArray();
    }

    /** Reads the clear part alone: not authenticated. */
    static Header header(byte[] object, String name) throws RepositoryException {
        return header(clear(object, name), name, object);
    }

    static Manifest decode(byte[] object, String name, String repositoryId, BackupId id, KeyRing keys)
            throws IOException {
        byte[] clear = clear(object, name);
        Header header = header(clear, name, object);
        if (!header.repository().equals(repositoryId) || !header.backup().equals(id)) {
            throw new RepositoryException(
                    Reason.DAMAGED,
                    "The manifest " + name + " belongs to another backup or repository: it was moved or swapped.");
        }
        if (!keys.generations().contains(header.generation())) {
            throw new RepositoryException(
                    Reason.WRONG_KEY,
                    "The manifest " + name + " is sealed under key generation " + header.generation()
                            + ", which this key does not hold: use a key whose slot was made after the last rotation.");
        }
        int start = MAGIC.length + 4 + clear.length;
        byte[] sealed = Arrays.copyOfRange(object, start, object.length);
        byte[] body;
        try {
            body = sealer(keys, header.generation()).open(name, sealed, context(header, clear), MAX_BODY_BYTES);
        } catch (DamagedBlobException e) {
            throw new RepositoryException(
                    Reason.DAMAGED,
                    "The manifest " + name + " does not authenticate: it was changed or cut after it was written.",
                    e);
        }
        return manifest(body, name, id);
    }

    private static BlobSealer sealer(KeyRing keys, int generation) throws KeyException {
        byte[] key = keys.manifestKey(generation);
        try {
            return new BlobSealer(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static Manifest manifest(byte[] body, String name, BackupId id) throws RepositoryException {
        try {
            // Not by way of a tree: one of a hundred thousand block ranges does not fit a small heap.
            String format =
                    String.valueOf(Json.MAPPER.readValue(body, Format.class).format());
            if (!format.startsWith(major() + ".")) {
                throw newer(name, format);
            }
            Manifest manifest = Json.MAPPER.readValue(body, Manifest.class);
            ManifestForm.require(manifest, id);
            return manifest;
        } catch (RepositoryException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new RepositoryException(
                    Reason.DAMAGED,
                    "The manifest " + name + " is authentic but cannot be understood: " + e.getMessage(),
                    e);
        }
    }

    private static byte[] clear(byte[] object, String name) throws RepositoryException {
        int fixed = MAGIC.length + 4;
        if (object.length < fixed || !Arrays.equals(object, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new RepositoryException(
                    Reason.DAMAGED, "The object " + name + " is not a manifest: it was changed or cut.");
        }
        int length = ByteBuffer.wrap(object, MAGIC.length, 4).getInt();
        if (length < 2 || length > MAX_HEADER_BYTES || length > object.length - fixed) {
            throw new RepositoryException(
                    Reason.DAMAGED, "The manifest " + name + " has a damaged header: it was changed or cut.");
        }
        return Arrays.copyOfRange(object, fixed, fixed + length);
    }

    private static Header header(byte[] clear, String name, byte[] object) throws RepositoryException {
        try {
            JsonNode tree = Json.tree(clear);
            int format = tree.path("format").asInt();
            if (format > RepositoryFile.FORMAT) {
                throw newer(name, Integer.toString(format));
            }
            Header header = Json.MAPPER.treeToValue(tree, Header.class);
            if (format < 1
                    || header.repository() == null
                    || header.backup() == null
                    || header.repositoryFile() == null
                    || header.slots() == null) {
                throw new IOException("a field is missing");
            }
            return header;
        } catch (RepositoryException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new RepositoryException(
                    Reason.DAMAGED,
                    "The manifest " + name + " has a damaged header: it was changed or cut (" + object.length
                            + " bytes).",
                    e);
        }
    }

    private static RepositoryException newer(String name, String format) {
        return new RepositoryException(
                Reason.NEWER_FORMAT,
                "The manifest " + name + " has format version " + format + ", this program reads version " + major()
                        + ": use a newer PostgreSQL Backup.");
    }

    private static String major() {
        return Manifest.FORMAT.substring(0, Manifest.FORMAT.indexOf('.'));
    }

    private static BlobContext context(Header header, byte[] clear) {
        return new BlobContext(header.repository(), header.backup().value(), "manifest", Sha256.of(clear));
    }
}
