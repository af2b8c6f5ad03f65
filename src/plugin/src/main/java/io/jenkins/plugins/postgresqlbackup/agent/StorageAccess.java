package io.jenkins.plugins.postgresqlbackup.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageKeys;
import java.io.Serializable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** What opens a storage, or nothing, where the node's own settings say that. Never kept, only carried to a node. */
public final class StorageAccess implements Serializable {
    private static final long serialVersionUID = 1;

    @CheckForNull
    private final String user;

    private final Hidden secret;

    private StorageAccess(@CheckForNull String user, Hidden secret) {
        this.user = user;
        this.secret = secret;
    }

    /** What the node's own settings give, such as the role of a machine. */
    public static StorageAccess ofNode() {
        return new StorageAccess(null, Hidden.of(new byte[0]));
    }

    /**
     * Credentials that administrators chose.
     *
     * @param user null for a secret alone
     * @param secret becomes this object's own
     */
    public static StorageAccess of(@CheckForNull String user, byte[] secret) {
        return new StorageAccess(user, Hidden.of(secret));
    }

    /** Whether there is a secret and no user to it. */
    boolean isSecretAlone() {
        return user == null && !secret.isEmpty();
    }

    /** @throws IllegalArgumentException with a sentence, when the location is not opened with such credentials */
    Optional<StorageKeys> keys(URI location) {
        if (user == null && secret.isEmpty()) {
            return Optional.empty();
        }
        byte[] copy = secret.copy();
        try {
            return Optional.of(
                    StorageKeys.of(location, Optional.ofNullable(user), new String(copy, StandardCharsets.UTF_8)));
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    void wipe() {
        secret.wipe();
    }
}
