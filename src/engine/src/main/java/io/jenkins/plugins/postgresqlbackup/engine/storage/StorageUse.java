package io.jenkins.plugins.postgresqlbackup.engine.storage;

/** How much lies in a store. Counted from a listing alone: one request for about a thousand objects, none for a single one. */
public record StorageUse(long objects, long bytes) {
    private static final class Count {
        private long objects;
        private long bytes;
    }

    /** Counts all objects whose name starts with {@code prefix}, {@code ""} for all. */
    public static StorageUse of(ObjectStore store, String prefix) throws StorageException {
        Count count = new Count();
        store.list(prefix, object -> {
            count.objects++;
            count.bytes += object.size();
        });
        return new StorageUse(count.objects, count.bytes);
    }
}
