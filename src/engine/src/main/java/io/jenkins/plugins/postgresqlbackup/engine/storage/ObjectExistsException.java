package io.jenkins.plugins.postgresqlbackup.engine.storage;

/** The name is taken; objects are never overwritten. */
public final class ObjectExistsException extends StorageException {
    private static final long serialVersionUID = 1L;

    public ObjectExistsException(String store, String name) {
        super("There is an object " + name + " in " + store + " already, and objects are never overwritten.");
    }
}
