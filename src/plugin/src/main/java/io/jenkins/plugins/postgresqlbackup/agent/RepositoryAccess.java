package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secrets;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Damage;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStores;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Where a repository is and what opens it. Holds its key and its storage's; never kept, only carried to a node. */
public final class RepositoryAccess implements Serializable {
    private static final long serialVersionUID = 1;

    private final String url;
    private final Hidden key;
    private final String fingerprint;
    private final StorageAccess storage;
    private String user = "";

    /**
     * @param key becomes this object's own
     * @param fingerprint of the public key that it must have; empty to believe it
     * @param storage what opens the place where it is
     */
    public RepositoryAccess(String url, byte[] key, String fingerprint, StorageAccess storage) {
        this.url = url;
        this.key = Hidden.of(key);
        this.fingerprint = fingerprint;
        this.storage = storage;
    }

    /** Whom others in the repository are told that it is used for. */
    void useFor(String who) {
        user = who;
    }

    /** What it takes to get there. */
    AgentLibraries libraries() {
        int colon = url.indexOf(':');
        return switch (colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "s3" -> AgentLibraries.S3;
            case "gs" -> AgentLibraries.GOOGLE;
            // By its REST interface or, unless there is but one secret, by its S3 endpoint.
            case "supabase" -> storage.isSecretAlone() ? AgentLibraries.HTTP : AgentLibraries.S3;
            default -> AgentLibraries.ENGINE;
        };
    }

    URI location() {
        return ObjectStores.location(url);
    }

    ObjectStore store(boolean create) throws IOException {
        URI location = location();
        return ObjectStores.open(location, create, storage.keys(location));
    }

    /** For somebody who waits for the answer: a server that gives none is soon let go. */
    ObjectStore storeForTrial() throws IOException {
        URI location = location();
        return ObjectStores.open(impatient(location), false, storage.keys(location));
    }

    /** Visible for testing. */
    static URI impatient(URI location) {
        if ("file".equalsIgnoreCase(location.getScheme())) {
            return location;
        }
        StringBuilder url = new StringBuilder(location.toString());
        for (String parameter : List.of("attempts=2", "timeout=10")) {
            String name = parameter.substring(0, parameter.indexOf('=') + 1);
            if (url.indexOf("?" + name) < 0 && url.indexOf("&" + name) < 0) {
                url.append(url.indexOf("?") < 0 ? '?' : '&').append(parameter);
            }
        }
        return URI.create(url.toString());
    }

    Secret secret() throws IOException {
        byte[] copy = key.copy();
        try {
            return Secrets.parse(copy);
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    /** Opens it; whoever asks closes it. */
    Repository open(Consumer<String> warnings) throws IOException {
        ObjectStore store = store(false);
        try (Secret secret = secret()) {
            Repository repository = Repository.open(store, secret);
            if (!fingerprint.isEmpty()) {
                repository.requireFingerprint(fingerprint);
            }
            if (!user.isEmpty()) {
                repository.useFor(user);
            }
            for (Damage damage : repository.damage()) {
                warnings.accept(damage + ".");
            }
            return repository;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** Its URL, without a secret. */
    @Override
    public String toString() {
        return url;
    }

    void wipe() {
        key.wipe();
        storage.wipe();
    }
}
