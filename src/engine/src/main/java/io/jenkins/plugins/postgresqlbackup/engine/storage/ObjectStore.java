package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A place for named objects, each written once under a name of its own and never overwritten.
 *
 * <p>Names are one or more segments of {@code A-Z a-z 0-9 . _ -} separated by {@code /}; no segment is empty or
 * starts with a dot, and no object's name is the beginning of another's path. All methods are thread-safe. Each error is a {@link StorageException} whose message names the store and
 * the object. An interrupted thread may go on using a store: a store neither clears nor obeys the interrupt.
 */
public interface ObjectStore extends AutoCloseable {
    /** What people know this store by, for messages, such as {@code file:/backups}; without secrets. */
    String describe();

    /**
     * Starts a new object. Nobody sees it before {@link Upload#commit()}.
     *
     * @throws ObjectExistsException when the name is known to be taken already; a store may leave that to {@code commit}
     */
    Upload create(String name) throws StorageException;

    /**
     * Creates a small object in one go.
     *
     * @throws ObjectExistsException when the name is taken
     */
    default StoredObject put(String name, byte[] content) throws StorageException {
        try (Upload upload = create(name)) {
            upload.write(content);
            return upload.commit();
        }
    }

    /**
     * Reads a whole object. The stream is not buffered; whoever reads it closes it. Its failures are {@link StorageException}s.
     *
     * @throws NoSuchObjectException when there is none of that name
     */
    InputStream read(String name) throws StorageException;

    /**
     * Reads the bytes {@code [offset, offset + length)} of an object. Where the object ends earlier, so does the stream,
     * without an error: callers check what they got.
     *
     * @throws NoSuchObjectException when there is none of that name
     */
    InputStream read(String name, long offset, long length) throws StorageException;

    /** Looks for one object without reading it. */
    Optional<StoredObject> find(String name) throws StorageException;

    /**
     * Shows every committed object whose name starts with {@code prefix} (any text, {@code ""} for all) in the order of
     * their names, byte by byte. Objects that come or go meanwhile may or may not be shown.
     */
    void list(String prefix, ObjectVisitor visitor) throws StorageException;

    /** Deletes an object; that there is none is fine. */
    void delete(String name) throws StorageException;

    /** The store's own clock, the one that {@link StoredObject#modified()} is read from. Needs the right to write. */
    Instant now() throws StorageException;

    /** Whether the store itself sees to it that of two who commit the same name at the same time only one succeeds. */
    boolean createsExclusively();

    /**
     * What about this place would harm backups that lie in it, each a sentence, as far as it can be seen: a rule that deletes old
     * objects, for instance.
     */
    default List<String> warnings() throws StorageException {
        return List.of();
    }

    /** The most bytes that an object may have, where the store has a limit that one reaches. */
    default OptionalLong largestObject() {
        return OptionalLong.empty();
    }

    /** The disk that this place lies on, where it is one and tells. */
    default Optional<DiskSpace> disk() {
        return Optional.empty();
    }

    /** The project at Supabase that this place belongs to: it vanishes together with that project's database. */
    default Optional<SupabaseProject> project() {
        return Optional.empty();
    }

    /** The ability to let others read or write one object without this store's credentials, where the store has it. */
    default Optional<SignedUrls> signedUrls() {
        return Optional.empty();
    }

    @Override
    void close();
}
