package io.jenkins.plugins.postgresqlbackup.engine.storage;

/** Is shown the objects of a listing, one after another, in the caller's thread. */
@FunctionalInterface
public interface ObjectVisitor {
    void visit(StoredObject object) throws StorageException;
}
