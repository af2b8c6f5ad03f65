package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One object on its way into a {@link DirectoryStore}. */
final class FileUpload extends Upload {
    private enum State {
        OPEN,
        FAILED,
        COMMITTED,
        CLOSED
    }

    private final DirectoryStore store;
    private final String name;
    private final Path target;
    private final Path partial;
    // Not a FileChannel: an interrupt would close that in the middle of a write.
    private final FileOutputStream out;
    private State state = State.OPEN;

    FileUpload(DirectoryStore store, String name, Path target, Path partial) throws IOException {
        this.store = store;
        this.name = name;
        this.target = target;
        this.partial = partial;
        this.out = new FileOutputStream(partial.toFile());
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws StorageException {
        require();
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public StoredObject commit() throws StorageException {
        require();
        try {
            out.getFD().sync();
            out.close();
            StoredObject object = store.commit(name, partial, target);
            state = State.COMMITTED;
            return object;
        } catch (ObjectExistsException e) {
            state = State.FAILED;
            throw e;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void require() {
        if (state != State.OPEN) {
            throw new IllegalStateException("This upload is " + state + " already: " + name);
        }
    }

    private StorageException failed(IOException e) {
        state = State.FAILED;
        return FileFailure.writing(store, name, partial, e);
    }

    @Override
    public void close() throws StorageException {
        if (state == State.COMMITTED || state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        try {
            out.close();
        } catch (IOException e) {
            throw FileFailure.writing(store, name, partial, e);
        } finally {
            delete();
        }
    }

    private void delete() throws StorageException {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            throw FileFailure.deleting(store, name, e);
        }
    }
}
