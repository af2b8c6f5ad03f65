package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectVisitor;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import io.jenkins.plugins.postgresqlbackup.engine.storage.Upload;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/** A store whose listings do not show one object yet. */
record LateListing(ObjectStore store, String hidden) implements ObjectStore {
    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public Upload create(String name) throws StorageException {
        return store.create(name);
    }

    @Override
    public InputStream read(String name) throws StorageException {
        return store.read(name);
    }

    @Override
    public InputStream read(String name, long offset, long length) throws StorageException {
        return store.read(name, offset, length);
    }

    @Override
    public Optional<StoredObject> find(String name) throws StorageException {
        return store.find(name);
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor) throws StorageException {
        store.list(prefix, object -> {
            if (!object.name().equals(hidden)) {
                visitor.visit(object);
            }
        });
    }

    @Override
    public void delete(String name) throws StorageException {
        store.delete(name);
    }

    @Override
    public Instant now() throws StorageException {
        return store.now();
    }

    @Override
    public boolean createsExclusively() {
        return store.createsExclusively();
    }

    @Override
    public void close() {
        store.close();
    }
}
