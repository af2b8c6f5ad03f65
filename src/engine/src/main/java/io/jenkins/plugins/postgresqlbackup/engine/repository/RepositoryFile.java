package io.jenkins.plugins.postgresqlbackup.engine.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyRing;
import java.io.IOException;
import java.time.Instant;

/**
 * {@code repository.json}: says that here is a repository, and which. Nothing in it is secret, and nothing is trusted before the keys confirm it.
 *
 * @param format the major format version
 * @param id 32 hexadecimal digits
 * @param mac under the first key generation's metadata key, over the canonical text without it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RepositoryFile(int format, String id, Instant created, byte[] mac) {
    static final int FORMAT = 1;
    static final int MAX_BYTES = 4096;
    private static final String PURPOSE = "repository";

    static RepositoryFile create(String id, Instant created, KeyRing keys) throws KeyException {
        RepositoryFile unsigned = new RepositoryFile(FORMAT, id, created, null);
        return new RepositoryFile(FORMAT, id, created, keys.mac(1, PURPOSE, Json.write(unsigned)));
    }

    static RepositoryFile decode(byte[] content) throws IOException {
        if (content.length > MAX_BYTES) {
            throw new IOException("it is longer than " + MAX_BYTES + " bytes");
        }
        RepositoryFile file = Json.readCanonical(content, RepositoryFile.class);
        if (file.id == null || !file.id.matches("[0-9a-f]{32}") || file.created == null || file.mac == null) {
            throw new IOException("a field is missing or malformed");
        }
        return file;
    }

    byte[] encode() {
        return Json.write(this);
    }

    boolean authentic(KeyRing keys) throws KeyException {
        RepositoryFile unsigned = new RepositoryFile(format, id, created, null);
        return keys.macMatches(1, PURPOSE, Json.write(unsigned), mac);
    }
}
