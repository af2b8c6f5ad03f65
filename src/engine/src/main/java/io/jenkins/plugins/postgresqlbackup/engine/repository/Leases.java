package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.storage.NoSuchObjectException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who is at work in a repository. Immutable.
 *
 * @param atWork whose leases are alive, the longest first
 * @param leftBehind whose leases have expired without a word: they were killed, or cannot reach the store
 * @param damage objects that nobody with the keys has written so
 */
public record Leases(List<Lease.Held> atWork, List<Lease.Held> leftBehind, List<Damage> damage) {
    private static final Pattern NAME =
            Pattern.compile(Pattern.quote(Layout.LEASES) + "([0-9a-f-]{1,64})/([1-9][0-9]{0,17})");
    private static final Duration SWEPT_AFTER = Duration.ofDays(1);
    private static final int LOOKS = 3;

    public Leases {
        atWork = List.copyOf(atWork);
        leftBehind = List.copyOf(leftBehind);
        damage = List.copyOf(damage);
    }

    /**
     * Looks who is at work.
     *
     * @param otherClock for a store that does not tell its time to whoever may not write there
     */
    public static Leases list(Repository repository, Clock otherClock) throws IOException {
        List<Damage> damage = new ArrayList<>();
        Map<String, StoredObject> newest = newest(repository.store(), Layout.LEASES, damage);
        List<Lease.Held> atWork = new ArrayList<>();
        List<Lease.Held> leftBehind = new ArrayList<>();
        if (!newest.isEmpty()) {
            Instant expired = now(repository.store(), otherClock).minus(Lease.EXPIRES_AFTER);
            for (StoredObject object : newest.values()) {
                read(repository, object, damage)
                        .ifPresent(held -> (held.renewed().isBefore(expired) ? leftBehind : atWork).add(held));
            }
        }
        return new Leases(byAge(atWork), byAge(leftBehind), damage);
    }

    /** Those that have not expired, without a look at the others: there may be many. */
    static List<Lease.Held> fresh(Repository repository, Instant now) throws IOException {
        Instant expired = now.minus(Lease.EXPIRES_AFTER);
        List<Lease.Held> fresh = new ArrayList<>();
        for (StoredObject object :
                newest(repository.store(), Layout.LEASES, new ArrayList<>()).values()) {
            if (!object.modified().isBefore(expired)) {
                read(repository, object, new ArrayList<>()).ifPresent(fresh::add);
            }
        }
        return byAge(fresh);
    }

    /**
     * Deletes what leases have left that expired more than a day ago, and whatever else lies there for so long. Whoever turns out to be at work all the
     * same goes on with objects of new names.
     *
     * @return how many objects were deleted
     * @throws StorageException when the store does not tell its time or does not delete
     */
    public static int sweep(Repository repository) throws IOException {
        ObjectStore store = repository.store();
        List<StoredObject> objects = new ArrayList<>();
        store.list(Layout.LEASES, objects::add);
        if (objects.isEmpty()) {
            return 0;
        }
        Instant old = store.now().minus(SWEPT_AFTER);
        int swept = 0;
        for (StoredObject object : objects) {
            if (object.modified().isBefore(old)) {
                store.delete(object.name());
                swept++;
            }
        }
        return swept;
    }

    private static Instant now(ObjectStore store, Clock otherClock) {
        try {
            return store.now();
        } catch (StorageException e) {
            System.getLogger(Leases.class.getName())
                    .log(System.Logger.Level.DEBUG, "This machine's clock serves for the store's", e);
            return otherClock.instant();
        }
    }

    /** The newest object of each lease. */
    private static Map<String, StoredObject> newest(ObjectStore store, String prefix, List<Damage> damage)
            throws IOException {
        Map<String, StoredObject> newest = new TreeMap<>();
        store.list(prefix, object -> {
            Matcher name = NAME.matcher(object.name());
            if (name.matches()) {
                newest.merge(name.group(1), object, (a, b) -> number(a) > number(b) ? a : b);
            } else {
                damage.add(new Damage(object.name(), "it is no lease; nobody needs it"));
            }
        });
        return newest;
    }

    private static long number(StoredObject object) {
        return Long.parseLong(object.name().substring(object.name().lastIndexOf('/') + 1));
    }

    /** Empty when it is over, or is no lease. */
    private static Optional<Lease.Held> read(Repository repository, StoredObject seen, List<Damage> damage)
            throws IOException {
        StoredObject object = seen;
        for (int look = 1; look <= LOOKS; look++) {
            try {
                return held(repository, object, damage);
            } catch (NoSuchObjectException renewedOrEnded) {
                String lease = object.name().substring(0, object.name().lastIndexOf('/') + 1);
                Map<String, StoredObject> again = newest(repository.store(), lease, damage);
                if (again.isEmpty()) {
                    return Optional.empty();
                }
                object = again.values().iterator().next();
            }
        }
        return Optional.empty(); // It comes and goes faster than we can look; the next listing shows it.
    }

    private static Optional<Lease.Held> held(Repository repository, StoredObject object, List<Damage> damage)
            throws IOException {
        byte[] bytes;
        try {
            bytes = KeyChest.readBounded(repository.store(), object.name(), SmallObject.MAX_BYTES);
        } catch (RepositoryException e) {
            damage.add(new Damage(object.name(), "it is longer than a lease can be"));
            return Optional.empty();
        }
        Lease.Content content;
        try {
            content = SmallObject.open(bytes, repository.keys(), Lease.PURPOSE, Lease.Content.class);
            if (content.activity() == null || !object.name().equals(Layout.lease(content.lease(), content.number()))) {
                throw new IOException("it belongs elsewhere");
            }
        } catch (IOException e) {
            damage.add(new Damage(object.name(), "it cannot be read as a lease: " + firstLine(e)));
            return Optional.empty();
        }
        if (Boolean.TRUE.equals(content.ended())) {
            return Optional.empty();
        }
        Instant began = content.began() == null ? object.modified() : content.began();
        return Optional.of(new Lease.Held(content.lease(), content.activity(), began, object.modified()));
    }

    private static List<Lease.Held> byAge(List<Lease.Held> held) {
        return held.stream().sorted(Comparator.comparing(Lease.Held::began)).toList();
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
