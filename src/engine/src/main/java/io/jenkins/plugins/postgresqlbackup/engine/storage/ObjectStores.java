package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the store that a URL names. */
public final class ObjectStores {
    private ObjectStores() {}

    /**
     * Reads a location as people write it: {@code file:/backups}, {@code file:///with%20space}, a plain absolute path, or
     * {@code s3://bucket/prefix?endpoint=https://s3.example.com}.
     *
     * @throws IllegalArgumentException with a sentence for the person who wrote it
     */
    public static URI location(String text) {
        try {
            if (text.startsWith("/")) {
                return new URI("file", null, text, null);
            }
            return new URI(text.startsWith("file:") ? text.replace(" ", "%20") : text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a URL (" + e.getReason()
                            + "); write one such as file:/path/to/backups or s3://bucket/prefix.",
                    e);
        }
    }

    /**
     * Opens a store; one in a cloud with the credentials that the machine's own settings give.
     *
     * @param create whether to create the place when it is not there yet; a bucket is never created
     * @throws IllegalArgumentException with a sentence, when the URL is of no kind that is known or is incomplete
     * @throws StorageException when the place is not there, or is not what it should be
     */
    public static ObjectStore open(URI location, boolean create) throws StorageException {
        if ("s3".equalsIgnoreCase(location.getScheme())) {
            return s3(location, Optional.empty());
        }
        if (!"file".equalsIgnoreCase(location.getScheme())) {
            throw new IllegalArgumentException("A repository cannot be at \"" + withoutSecrets(location)
                    + "\"; use file:/path/to/directory or s3://bucket/prefix.");
        }
        return DirectoryStore.open(directory(location), create);
    }

    /**
     * Opens a store of the kind s3 with an access key in place of what the machine's own settings give.
     *
     * @throws IllegalArgumentException with a sentence, when the URL is of another kind or is incomplete
     * @throws StorageException when the bucket is not there or cannot be listed
     */
    public static ObjectStore open(URI location, S3Keys keys) throws StorageException {
        if (!"s3".equalsIgnoreCase(location.getScheme())) {
            throw new IllegalArgumentException(
                    "An access key is for s3://bucket/prefix, not for \"" + withoutSecrets(location) + "\".");
        }
        return s3(location, Optional.of(keys));
    }

    private static ObjectStore s3(URI location, Optional<S3Keys> keys) throws StorageException {
        try {
            return S3Store.open(location, keys);
        } catch (NoClassDefFoundError e) {
            throw new StorageException(
                    withoutSecrets(location)
                            + " cannot be opened, since Amazon's client library (AWS SDK 2) is not installed here.",
                    e);
        }
    }

    private static Path directory(URI location) {
        if (location.isOpaque()
                || location.getPath() == null
                || !location.getPath().startsWith("/")) {
            throw new IllegalArgumentException(
                    "The path in \"" + location + "\" must start with a slash, as in file:/path/to/directory.");
        }
        try {
            return Path.of(URI.create(location.toASCIIString())).normalize();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + withoutSecrets(location) + "\" is not a directory's URL (" + e.getMessage()
                            + "); write it as file:/path/to/directory.",
                    e);
        }
    }

    private static String withoutSecrets(URI location) {
        String text = location.toString();
        int at = text.lastIndexOf('@');
        int query = text.indexOf('?');
        if (at >= 0) {
            text = location.getScheme() + "://…" + text.substring(at);
            query = text.indexOf('?');
        }
        return query < 0 ? text : text.substring(0, query) + "?…";
    }
}
