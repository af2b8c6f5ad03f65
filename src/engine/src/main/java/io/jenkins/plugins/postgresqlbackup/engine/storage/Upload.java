package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.OutputStream;

/**
 * An object on its way into a store: write it, then {@link #commit()}. An upload that is closed without commit leaves nothing
 * behind. After a failed write it can only be closed. Not thread-safe; not buffered, so write in large pieces.
 */
public abstract class Upload extends OutputStream {
    @Override
    public void write(int value) throws StorageException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes) throws StorageException {
        write(bytes, 0, bytes.length);
    }

    @Override
    public abstract void write(byte[] bytes, int offset, int length) throws StorageException;

    /** Does nothing: what was written becomes safe, and visible, with {@link #commit()} only. */
    @Override
    public void flush() {
        // There is nothing to hand on before the commit.
    }

    /**
     * Makes the object visible, whole and durable.
     *
     * @throws ObjectExistsException when the name is taken; the object that has it is untouched
     */
    public abstract StoredObject commit() throws StorageException;

    /** Discards everything unless committed. */
    @Override
    public abstract void close() throws StorageException;
}
