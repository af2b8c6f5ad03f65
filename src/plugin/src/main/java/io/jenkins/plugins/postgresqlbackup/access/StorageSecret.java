package io.jenkins.plugins.postgresqlbackup.access;

import java.util.Optional;

/**
 * Credentials of a storage, as they are kept in Jenkins. Whoever asked for them wipes the secret.
 *
 * @param user of a username with password; a secret text or file has none
 */
public record StorageSecret(Optional<String> user, byte[] secret) {
    /** Without the secret. */
    @Override
    public String toString() {
        return user.orElse("a secret");
    }
}
