package io.jenkins.plugins.postgresqlbackup.engine.storage;

/**
 * A Google service account's key given by hand, in place of what the machine's own settings say.
 *
 * @param json the whole key file as Google hands it out
 */
public record GoogleKey(String json) implements StorageKeys {
    /** Without the secret. */
    @Override
    public String toString() {
        return "Google service account's key";
    }
}
