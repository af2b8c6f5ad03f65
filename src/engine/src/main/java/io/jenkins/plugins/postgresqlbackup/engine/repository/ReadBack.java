package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.storage.NoSuchObjectException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Writes the small objects on which everything else depends, and believes a store only after it has read them back. */
final class ReadBack {
    private static final int PIECE = 64 * 1024;

    private ReadBack() {}

    /**
     * Creates an object.
     *
     * @throws StorageException when the store says that all went well and yet holds something else; that is deleted
     */
    static void put(ObjectStore store, String name, byte[] content) throws IOException {
        store.put(name, content);
        if (!holds(store, name, content)) {
            store.delete(name);
            throw new StorageException("The object " + name + " was written to " + store.describe()
                    + " without an error, but what can be read there is something else, so it was removed again:"
                    + " the storage does not keep what it accepts; check it, then run this again.");
        }
    }

    static boolean holds(ObjectStore store, String name, byte[] content) throws IOException {
        try (InputStream in = store.read(name)) {
            int at = 0;
            while (true) {
                byte[] piece = in.readNBytes(PIECE);
                if (piece.length == 0) {
                    return at == content.length;
                }
                if (piece.length > content.length - at
                        || !Arrays.equals(piece, 0, piece.length, content, at, at + piece.length)) {
                    return false;
                }
                at += piece.length;
            }
        } catch (NoSuchObjectException e) {
            return false;
        }
    }
}
