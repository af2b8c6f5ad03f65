package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.util.Optional;

/**
 * An access key given by hand, in place of what the machine's own AWS settings say.
 *
 * @param sessionToken of temporary keys
 */
public record S3Keys(String accessKeyId, String secretAccessKey, Optional<String> sessionToken) implements StorageKeys {
    /** Without the secrets. */
    @Override
    public String toString() {
        return "access key " + accessKeyId;
    }
}
