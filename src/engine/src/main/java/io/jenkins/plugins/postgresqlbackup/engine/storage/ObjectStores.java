package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Opens the store that a URL names. */
public final class ObjectStores {
    private ObjectStores() {}

    /**
     * Reads a location as people write it: {@code file:/backups}, {@code file:///with%20space}, a plain absolute path,
     * {@code s3://bucket/prefix?endpoint=https://s3.example.com}, {@code gs://bucket/prefix} or
     * {@code supabase://project/bucket/prefix}.
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
            throw new IllegalArgumentException("\"" + withoutSecrets(text) + "\" is not a URL (" + e.getReason()
                    + "); write one such as file:/path/to/backups or s3://bucket/prefix."); // The cause quotes it.
        }
    }

    /**
     * Looks whether a location can be one, as far as can be told without going there.
     *
     * @throws IllegalArgumentException with a sentence, when it is of no kind that is known, is incomplete, or holds a key
     */
    public static void check(URI location) {
        switch (kind(location)) {
            case "file" -> directory(location);
            case "s3" -> S3Settings.parse(location, variable -> null);
            case "supabase" -> SupabaseSettings.check(location);
            case "gs" -> GcsSettings.parse(location, variable -> null);
            default -> throw unknown(location);
        }
    }

    /**
     * Opens a store; one in a cloud with the credentials that the machine's own settings give.
     *
     * @see #open(URI, boolean, Optional)
     */
    public static ObjectStore open(URI location, boolean create) throws StorageException {
        return open(location, create, Optional.empty());
    }

    /**
     * Opens a store.
     *
     * @param create whether to create the place when it is not there yet; a bucket is never created
     * @param keys in place of what the machine's own settings give; they must be of the URL's kind
     * @throws IllegalArgumentException with a sentence, when the URL is of no kind that is known or is incomplete, or when the
     *     keys are of another kind
     * @throws StorageException when the place is not there, may not be listed, or is not what it should be
     */
    public static ObjectStore open(URI location, boolean create, Optional<StorageKeys> keys) throws StorageException {
        return open(location, create, keys, System::getenv);
    }

    /**
     * Opens a store in an environment that is not this process's own.
     *
     * @param variables what a variable says; null for one that is not set
     * @see #open(URI, boolean, Optional)
     */
    public static ObjectStore open(
            URI location, boolean create, Optional<StorageKeys> keys, UnaryOperator<String> variables)
            throws StorageException {
        return switch (kind(location)) {
            case "file" -> {
                keys.ifPresent(given -> misfit(location, given));
                yield DirectoryStore.open(directory(location), create);
            }
            case "s3" ->
                s3(location, keys.map(given -> given instanceof S3Keys s3 ? s3 : misfit(location, given)), variables);
            case "supabase" -> supabase(location, keys, variables);
            case "gs" ->
                gcs(
                        location,
                        keys.map(given -> given instanceof GoogleKey key ? key : misfit(location, given)),
                        variables);
            default -> throw unknown(location);
        };
    }

    /** The scheme, by which the kinds of stores are told apart. */
    static String kind(URI location) {
        return String.valueOf(location.getScheme()).toLowerCase(Locale.ROOT);
    }

    static IllegalArgumentException unknown(URI location) {
        return new IllegalArgumentException("A repository cannot be at \"" + withoutSecrets(location)
                + "\"; use file:/path/to/directory, s3://bucket/prefix, gs://bucket/prefix or"
                + " supabase://project/bucket/prefix.");
    }

    private static <T> T misfit(URI location, StorageKeys keys) {
        throw new IllegalArgumentException(
                "\"" + withoutSecrets(location) + "\" cannot be opened with the " + keys + ".");
    }

    private static ObjectStore s3(URI location, Optional<S3Keys> keys, UnaryOperator<String> variables)
            throws StorageException {
        try {
            return S3Store.open(location, keys, variables);
        } catch (NoClassDefFoundError e) {
            throw new StorageException(
                    withoutSecrets(location)
                            + " cannot be opened, since Amazon's client library (AWS SDK 2) is not installed here.",
                    e);
        }
    }

    private static ObjectStore gcs(URI location, Optional<GoogleKey> key, UnaryOperator<String> variables)
            throws StorageException {
        try {
            return GcsStore.open(location, key, variables);
        } catch (NoClassDefFoundError e) {
            throw new StorageException(
                    withoutSecrets(location) + " cannot be opened, since Google's client library"
                            + " (google-api-services-storage) is not installed here.",
                    e);
        }
    }

    private static ObjectStore supabase(URI location, Optional<StorageKeys> keys, UnaryOperator<String> variables)
            throws StorageException {
        SupabaseSettings settings = SupabaseSettings.parse(location, variables);
        StorageKeys chosen = SupabaseLogin.choose(settings, keys, variables);
        if (chosen instanceof S3Keys accessKey) {
            return s3(settings.asS3(), Optional.of(accessKey), variables);
        }
        if (!(chosen instanceof SupabaseKey key)) {
            return misfit(location, chosen);
        }
        try {
            return SupabaseStore.open(settings, key, variables);
        } catch (NoClassDefFoundError e) {
            throw new StorageException(
                    settings.describe()
                            + " cannot be opened, since Apache's HttpClient 4.5 is not installed here; install it, or use"
                            + " an S3 access key.",
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
        return withoutSecrets(location.toString());
    }

    private static String withoutSecrets(String location) {
        String text = location;
        int at = text.lastIndexOf('@');
        int query = text.indexOf('?');
        if (at >= 0) {
            text = text.substring(0, Math.max(0, text.indexOf(':'))) + "://…" + text.substring(at);
            query = text.indexOf('?');
        }
        return query < 0 ? text : text.substring(0, query) + "?…";
    }
}
