package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Tries with one tiny object whether a store does what a repository asks of it, before anybody relies on it: writes, reads back, lists, and deletes.
 * The object is the trial's own and is gone afterwards, unless deleting is what the store does not allow.
 */
public final class StoreTrial {
    /** What the names of such objects begin with. They belong to no repository. */
    public static final String PREFIX = "trials/";

    private static final byte[] CONTENT = "PostgreSQL Backup tried whether it can write here; this may be deleted.\n"
            .getBytes(StandardCharsets.UTF_8);
    private static final int FROM = 11;
    private static final int LENGTH = 6;

    private final ObjectStore store;
    private final String name = PREFIX + UUID.randomUUID();
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private StoreTrial(ObjectStore store) {
        this.store = store;
    }

    /**
     * What came of it.
     *
     * @param problems why no repository can be kept there, a sentence each
     * @param warnings what a repository there would suffer from, a sentence each
     */
    public record Findings(List<String> problems, List<String> warnings) {
        public Findings {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
        }

        /** @throws StorageException with the problems, if there are any */
        public void requireUsable() throws StorageException {
            if (!problems.isEmpty()) {
                throw new StorageException(String.join(" ", problems));
            }
        }
    }

    /** Tries; what the store refuses is in the findings. */
    public static Findings of(ObjectStore store) {
        StoreTrial trial = new StoreTrial(store);
        trial.run();
        return new Findings(trial.problems, trial.warnings);
    }

    /** A part of the trial. */
    @FunctionalInterface
    private interface Step {
        void take() throws IOException;
    }

    private void run() {
        if (works(() -> store.put(name, CONTENT))) {
            works(this::read);
            works(this::readRange);
            works(this::find);
            works(this::writeAgain);
            works(store::now);
        }
        works(this::list);
        delete();
        if (problems.isEmpty()) {
            look();
        }
    }

    private boolean works(Step step) {
        try {
            step.take();
            return true;
        } catch (IOException e) {
            if (!problems.contains(e.getMessage())) {
                problems.add(e.getMessage());
            }
            return false;
        }
    }

    private void read() throws IOException {
        try (InputStream in = store.read(name)) {
            requireRead(in.readAllBytes(), CONTENT);
        }
    }

    private void readRange() throws IOException {
        try (InputStream in = store.read(name, FROM, LENGTH)) {
            requireRead(in.readAllBytes(), Arrays.copyOfRange(CONTENT, FROM, FROM + LENGTH));
        }
    }

    private void requireRead(byte[] read, byte[] written) throws StorageException {
        if (!Arrays.equals(read, written)) {
            throw new StorageException(name + " was read from " + store.describe()
                    + " in another form than it was written; such a storage cannot be used.");
        }
    }

    private void find() throws IOException {
        Optional<StoredObject> found = store.find(name);
        if (found.isEmpty()) {
            throw new StorageException(name + " was written to " + store.describe()
                    + " and is not found there; such a storage cannot be used.");
        }
        if (found.get().size() != CONTENT.length) {
            throw new StorageException(store.describe() + " tells a wrong size of " + name
                    + ", which was just written; such a storage cannot be used.");
        }
    }

    private void writeAgain() throws IOException {
        try {
            store.put(name, CONTENT);
        } catch (ObjectExistsException asItShould) {
            return;
        }
        throw new StorageException(
                store.describe() + " overwrites objects, although it is said to refuse that; in an s3"
                        + " URL leave out exclusive=true.");
    }

    private void list() throws IOException {
        List<String> found = new ArrayList<>();
        store.list(PREFIX, object -> found.add(object.name()));
        if (problems.isEmpty() && !found.contains(name)) {
            warnings.add(store.describe() + " does not list an object as soon as it is written: a backup may be missing"
                    + " from lists for a while.");
        }
    }

    /** For what can be seen of the place without trying. */
    private void look() {
        try {
            warnings.addAll(store.warnings());
        } catch (StorageException e) {
            warnings.add(e.getMessage());
        }
    }

    private void delete() {
        try {
            store.delete(name);
            if (store.find(name).isPresent()) {
                warnings.add(name + " was deleted from " + store.describe()
                        + " and is still found there: old backups could not be removed.");
            }
        } catch (IOException e) {
            if (problems.isEmpty()) { // else it is the smaller evil, and likely has the same reason
                warnings.add(e.getMessage() + " Backups can be taken and restored, but old ones could not be removed.");
            }
        }
    }
}
