package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.URI;
import java.util.Optional;

/** Tells which keys are meant by a username and a secret, as people keep them, or by a secret alone. */
final class StorageLogin {
    private StorageLogin() {}

    static StorageKeys of(URI location, Optional<String> user, String secret) {
        return switch (ObjectStores.kind(location)) {
            case "s3" ->
                accessKey(
                        user.orElseThrow(() -> new IllegalArgumentException("A bucket of the kind s3 is opened with an"
                                + " access key, which is a username (the access key id) and a password (the secret access"
                                + " key), not with a secret alone.")),
                        secret);
            case "supabase" -> user.isPresent() ? accessKey(user.get(), secret) : serviceKey(secret);
            case "gs" -> googleKey(user, secret);
            case "file" ->
                throw new IllegalArgumentException(
                        "A directory is not opened with credentials of a storage: leave them out.");
            default -> throw ObjectStores.unknown(location);
        };
    }

    private static SupabaseKey serviceKey(String secret) {
        if (secret.isBlank()) {
            throw new IllegalArgumentException("The secret is empty; give the secret key of the Supabase project.");
        }
        return new SupabaseKey(secret.strip());
    }

    private static S3Keys accessKey(String id, String secret) {
        if (id.isBlank() || secret.isBlank()) {
            throw new IllegalArgumentException(
                    "An access key is a username (the access key id) and a password (the secret access key); one of the"
                            + " two is empty.");
        }
        return new S3Keys(id.strip(), secret.strip(), Optional.empty());
    }

    private static GoogleKey googleKey(Optional<String> user, String secret) {
        if (user.isPresent() || !secret.contains("\"private_key\"")) {
            throw new IllegalArgumentException(
                    "A bucket of the kind gs is opened with a service account's key: a secret text"
                            + " or secret file that holds the whole JSON file as Google hands it out, and no username.");
        }
        return new GoogleKey(secret);
    }
}
