package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a range of one object of a {@link DirectoryStore}. */
final class FileRead extends InputStream {
    private final DirectoryStore store;
    private final String name;
    private final RandomAccessFile file;
    private long left;

    private FileRead(DirectoryStore store, String name, RandomAccessFile file, long length) {
        this.store = store;
        this.name = name;
        this.file = file;
        this.left = length;
    }

    static FileRead open(DirectoryStore store, String name, Path path, long offset, long length)
            throws StorageException {
        try {
            store.describe(name, path); // tells a missing object from one that may not be read
            RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
            try {
                file.seek(offset);
                return new FileRead(store, name, file, length);
            } catch (IOException e) {
                file.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new NoSuchObjectException(store.describe(), name);
        } catch (IOException e) {
            throw FileFailure.reading(store, name, e);
        }
    }

    @Override
    public int read() throws StorageException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws StorageException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        try {
            int count = file.read(bytes, offset, (int) Math.min(length, left));
            left = count < 0 ? 0 : left - count;
            return count;
        } catch (IOException e) {
            throw FileFailure.reading(store, name, e);
        }
    }

    @Override
    public void close() throws StorageException {
        try {
            file.close();
        } catch (IOException e) {
            throw FileFailure.reading(store, name, e);
        }
    }
}
