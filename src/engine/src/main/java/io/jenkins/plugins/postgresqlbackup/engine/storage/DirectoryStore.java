package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Objects as files below a directory of a local or mounted file system.
 *
 * <p>An object is written to a file in {@value #PARTIAL}, synced, and given its name with a hard link, which the file system
 * refuses where the name is taken; then the directories are synced. A crash at any point leaves at most a file in
 * {@value #PARTIAL}, which is no object and which a later writer removes. Only the owner may read and write.
 */
final class DirectoryStore implements ObjectStore {
    /** Starts with a dot, as no object's name can. */
    static final String PARTIAL = ".partial";

    /** A file that nobody has written to for so long belongs to a writer that died. */
    private static final Duration ABANDONED_AFTER = Duration.ofDays(7);

    /** How often others may remove a directory that they have just emptied from under us: each time some progress was made. */
    private static final int MOST_ATTEMPTS = 1000;

    private final Path root;
    private final PrivateFiles files;
    private final Naming naming;
    private final AtomicBoolean tidied = new AtomicBoolean();

    private DirectoryStore(Path root, Naming naming) {
        this.root = root;
        this.files = PrivateFiles.in(root);
        this.naming = naming;
    }

    static DirectoryStore open(Path root, boolean create) throws StorageException {
        return open(root, create, Files::createLink);
    }

    /** Visible for testing: with another way to make hard links. */
    static DirectoryStore open(Path root, boolean create, Naming.Links links) throws StorageException {
        if (!Files.isDirectory(root)) {
            if (Files.exists(root)) {
                throw new StorageException(root + " is a file; a repository needs a directory, so name another path.");
            }
            if (!create) {
                throw new StorageException("There is no directory " + root
                        + "; check the path (or whether its disk is mounted), or create the repository first.");
            }
            try {
                PrivateFiles.in(root).createDirectories(root);
            } catch (IOException e) {
                throw new StorageException(
                        "The directory " + root + " cannot be created (" + FileFailure.reason(e)
                                + "); create it yourself, writable for the user who runs this.",
                        e);
            }
        }
        return new DirectoryStore(root, new Naming(root, links));
    }

    @Override
    public String describe() {
        return "file:" + root;
    }

    @Override
    public Upload create(String name) throws StorageException {
        Path target = path(name);
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new ObjectExistsException(describe(), name);
        }
        try {
            return new FileUpload(this, name, target, newPartialFile());
        } catch (IOException e) {
            throw FileFailure.writing(this, name, root, e);
        }
    }

    @Override
    public InputStream read(String name) throws StorageException {
        return FileRead.open(this, name, path(name), 0, Long.MAX_VALUE);
    }

    @Override
    public InputStream read(String name, long offset, long length) throws StorageException {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("Not a range: " + length + " bytes from " + offset + ".");
        }
        return FileRead.open(this, name, path(name), offset, length);
    }

    @Override
    public Optional<StoredObject> find(String name) throws StorageException {
        try {
            return Optional.of(describe(name, path(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FileFailure.reading(this, name, e);
        }
    }

    StoredObject describe(String name, Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new NoSuchFileException(file.toString());
        }
        return new StoredObject(
                name, attributes.size(), attributes.lastModifiedTime().toInstant(), Optional.empty());
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor) throws StorageException {
        int slash = prefix.lastIndexOf('/');
        if (slash >= 0) {
            ObjectName.check(prefix.substring(0, slash));
        }
        String directory = prefix.substring(0, slash + 1);
        list(directory, prefix, visitor);
    }

    /** Lists one directory, whose name is empty or ends with a slash, as far as its objects start with the prefix. */
    private void list(String directory, String prefix, ObjectVisitor visitor) throws StorageException {
        // A directory sorts with its slash, as the names of the objects in it do.
        Map<String, Optional<StoredObject>> children = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(directory))) {
            for (Path entry : entries) {
                String segment = String.valueOf(entry.getFileName());
                String name = directory + segment;
                if (!ObjectName.isSegment(segment)
                        || !(name + "/").startsWith(prefix) && !prefix.startsWith(name + "/")) {
                    continue;
                }
                if (Files.isDirectory(entry)) {
                    children.put(name + "/", Optional.empty());
                } else if (name.startsWith(prefix)) {
                    found(name, entry).ifPresent(object -> children.put(name, Optional.of(object)));
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            requireRoot(e);
            return;
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw FileFailure.listing(this, directory, e.getCause());
        } catch (IOException e) {
            throw FileFailure.listing(this, directory, e);
        }
        for (Map.Entry<String, Optional<StoredObject>> child : children.entrySet()) {
            if (child.getValue().isPresent()) {
                visitor.visit(child.getValue().get());
            } else {
                list(child.getKey(), prefix, visitor);
            }
        }
    }

    private Optional<StoredObject> found(String name, Path file) throws IOException {
        try {
            return Optional.of(describe(name, file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** An empty listing because the disk is no longer there must not look like an empty repository. */
    private void requireRoot(IOException cause) throws StorageException {
        if (!Files.isDirectory(root)) {
            throw new StorageException(
                    "The directory " + root + " is no longer there; check whether its disk is mounted.", cause);
        }
    }

    @Override
    public void delete(String name) throws StorageException {
        Path file = path(name);
        try {
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) || !Files.deleteIfExists(file)) {
                return;
            }
            deleteEmpty(directories(name));
        } catch (IOException e) {
            throw FileFailure.deleting(this, name, file, e);
        }
    }

    /** Makes a deletion durable, and removes the directories that it has left empty. */
    private void deleteEmpty(List<Path> directories) throws IOException {
        for (Path directory : directories) {
            try {
                files.sync(directory);
                if (!directory.equals(root)) {
                    Files.delete(directory);
                }
            } catch (DirectoryNotEmptyException e) {
                return;
            } catch (NoSuchFileException e) {
                // Somebody else removed it; the one above it may be left for us.
                continue;
            }
        }
    }

    /** The directories that an object lies in, the innermost first and the root last. */
    private List<Path> directories(String name) {
        List<Path> directories = new ArrayList<>();
        for (int slash = name.lastIndexOf('/'); slash >= 0; slash = name.lastIndexOf('/', slash - 1)) {
            directories.add(root.resolve(name.substring(0, slash)));
        }
        directories.add(root);
        return directories;
    }

    @Override
    public Instant now() throws StorageException {
        try {
            Path probe = newPartialFile();
            try {
                return Files.getLastModifiedTime(probe).toInstant();
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (IOException e) {
            throw FileFailure.writing(this, PARTIAL, root, e);
        }
    }

    @Override
    public Optional<DiskSpace> disk() {
        // Not its FileStore, which wants to find the mount point: in many a container there is none.
        File directory = root.toFile();
        long bytes = directory.getTotalSpace();
        return bytes <= 0 ? Optional.empty() : Optional.of(new DiskSpace(bytes, directory.getUsableSpace()));
    }

    @Override
    public boolean createsExclusively() {
        return true;
    }

    @Override
    public void close() {
        // Nothing is held open between calls.
    }

    /** Gives a finished file its name; the file itself, under its old name, is gone afterwards. */
    StoredObject commit(String name, Path file, Path target) throws IOException {
        List<Path> directories = directories(name);
        for (int attempt = 1; ; attempt++) {
            try {
                files.createDirectories(directories.get(0));
                if (!naming.give(file, target)) {
                    throw new ObjectExistsException(describe(), name);
                }
                break;
            } catch (NoSuchFileException e) {
                // Somebody who deleted the last object beside ours removed the directory too.
                if (attempt == MOST_ATTEMPTS || !Files.exists(file)) {
                    throw e;
                }
            }
        }
        for (Path directory : directories) {
            files.sync(directory);
        }
        return describe(name, target);
    }

    private Path newPartialFile() throws IOException {
        Path partial = root.resolve(PARTIAL);
        files.createDirectories(partial);
        if (tidied.compareAndSet(false, true)) {
            deleteAbandoned(partial);
        }
        return files.createFile(partial.resolve(UUID.randomUUID().toString()));
    }

    private static void deleteAbandoned(Path partial) throws IOException {
        Instant limit = Instant.now().minus(ABANDONED_AFTER);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(partial)) {
            for (Path entry : entries) {
                if (Files.getLastModifiedTime(entry).toInstant().isBefore(limit)) {
                    Files.deleteIfExists(entry);
                }
            }
        } catch (NoSuchFileException e) {
            // Another writer finished, or tidied up, at the same time; the next one looks again.
            return;
        }
    }

    private Path path(String name) {
        return root.resolve(ObjectName.check(name));
    }
}
