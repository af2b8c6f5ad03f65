package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.util.Optional;

/**
 * How a kind of store takes a new object: in one request, or in parts sent one after another. Each request may be sent twice,
 * since an object carries the id of its upload: who is told that the name is taken can see whether it was by himself.
 * Thread-safe.
 */
interface ObjectWrites {
    /** The size of a part, from number 1; the first one's is also the most that {@link #put} takes. */
    int partBytes(int number);

    int maxParts();

    /**
     * Creates an object in one request.
     *
     * @param upload an id that is kept with the object
     * @param content as many bytes of it as {@code length} says
     * @throws ObjectExistsException when the name is taken, perhaps by an earlier try of this very request
     */
    void put(String name, String upload, byte[] content, int length) throws StorageException;

    /** Begins an object in parts; nobody sees it before {@link Parts#complete}. */
    Parts begin(String name, String upload) throws StorageException;

    /** The id of the upload that wrote an object; empty when there is none of that name or when it carries no id. */
    Optional<String> writer(String name) throws StorageException;

    /** An object on its way. Used by one thread at a time. */
    interface Parts {
        /** @param last no other part follows; not called with {@code last} before it is known, and then once */
        void send(int number, byte[] content, int length, boolean last) throws StorageException;

        /** @throws ObjectExistsException when the name is taken, perhaps by an earlier try of this very request */
        void complete() throws StorageException;

        /** Leaves nothing behind; that there is nothing any more is fine. */
        void abort() throws StorageException;
    }
}
