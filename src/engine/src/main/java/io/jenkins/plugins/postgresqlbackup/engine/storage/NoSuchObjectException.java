package io.jenkins.plugins.postgresqlbackup.engine.storage;

/** There is no object of that name. */
public final class NoSuchObjectException extends StorageException {
    private static final long serialVersionUID = 1L;

    public NoSuchObjectException(String store, String name) {
        super("There is no object " + name + " in " + store + ".");
    }
}
