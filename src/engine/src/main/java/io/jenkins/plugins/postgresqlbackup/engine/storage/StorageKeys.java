package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.URI;
import java.util.Optional;

/** Credentials of a store, given by hand in place of what the machine's own settings say. */
public sealed interface StorageKeys permits GoogleKey, S3Keys, SupabaseKey {
    /**
     * What a username and a secret, as people keep them, or a secret alone mean for this location.
     *
     * @throws IllegalArgumentException with a sentence, when that is not what the location is opened with
     */
    static StorageKeys of(URI location, Optional<String> user, String secret) {
        return StorageLogin.of(location, user, secret);
    }
}
