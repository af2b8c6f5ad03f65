package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.InputStream;
import java.util.Optional;

/** A store over the network: what it reads may break off, and is taken up again. */
interface RemoteStore extends ObjectStore {
    /**
     * An answer on its way.
     *
     * @param length how many bytes it has
     * @param version tells this object from another that has its name
     * @param abort gives up the connection without reading the rest
     */
    record Range(InputStream in, long length, String version, Runnable abort) {}

    /**
     * Asks for a range.
     *
     * @param length {@code Long.MAX_VALUE} for all that is there
     * @param version what the object must still be, as an earlier {@link Range} told; null for any
     * @return empty where the object ends before the range
     * @throws NoSuchObjectException when there is none of that name
     */
    Optional<Range> open(String name, long offset, long length, String version) throws StorageException;

    /** Says that reading failed. */
    StorageException failed(String name, Exception cause);

    Retries retries();

    @Override
    default InputStream read(String name) throws StorageException {
        return ResumingRead.open(this, name, 0, Long.MAX_VALUE);
    }

    @Override
    default InputStream read(String name, long offset, long length) throws StorageException {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("Not a range: " + length + " bytes from " + offset + ".");
        }
        if (length == 0) {
            if (find(name).isEmpty()) {
                throw new NoSuchObjectException(describe(), name);
            }
            return InputStream.nullInputStream();
        }
        return ResumingRead.open(this, name, offset, length);
    }
}
