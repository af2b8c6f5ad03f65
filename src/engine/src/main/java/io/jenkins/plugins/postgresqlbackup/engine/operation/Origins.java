package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The earlier runs that a new backup builds on, the latest first, and which of their packs may be used. Immutable.
 *
 * @param usable names of the packs that are in the store as they should be, without those that are mostly dead and better read anew
 */
record Origins(List<Origin> all, Set<String> usable) {
    static final Origins NONE = new Origins(List.of(), Set.of());

    /** Those whose rows are in the encoding that the database has now. */
    List<Origin> usable(Standpoint standpoint) {
        return all.stream()
                .filter(origin ->
                        origin.database().encoding().equals(standpoint.server().encoding()))
                .toList();
    }

    /** Those whose transaction ids tell nothing, and why. */
    Map<Origin, String> distrusted(Standpoint standpoint) {
        Map<Origin, String> distrusted = new LinkedHashMap<>();
        for (Origin origin : usable(standpoint)) {
            Trust.reasonAgainst(origin, standpoint.server(), standpoint.lsn(), standpoint.nextTransaction())
                    .ifPresent(reason -> distrusted.put(origin, reason));
        }
        return distrusted;
    }

    /** Whether all that a range of one of them consists of can be used, and opened. */
    boolean there(Origin origin, Manifest.Range range) {
        return range.blobs()
                .allMatch(blob ->
                        usable.contains(blob.pack()) && origin.dataKeys().containsKey(blob.backup()));
    }

    /** The packs that blobs reused from these runs lie in. */
    Map<String, Manifest.Pack> packs() {
        Map<String, Manifest.Pack> packs = new HashMap<>();
        all.forEach(origin -> origin.packs().forEach(pack -> packs.put(pack.name(), pack)));
        return packs;
    }

    /** The wrapped data keys of the backups that wrote them. */
    Map<BackupId, Manifest.WrappedKey> dataKeys() {
        Map<BackupId, Manifest.WrappedKey> keys = new HashMap<>();
        all.forEach(origin -> keys.putAll(origin.dataKeys()));
        return keys;
    }

    /**
     * Packs that hold little that a backup still needs, where reading that anew stores less than what then can go: their dead bytes would be kept
     * for ever otherwise, since each backup refers to them anew.
     */
    static Set<String> mostlyDead(Manifest manifest) {
        Map<String, Long> live = new HashMap<>();
        Map<String, Long> anew = new HashMap<>();
        manifest.blobs().distinct().forEach(blob -> live.merge(blob.pack(), blob.length(), Long::sum));
        manifest.tables().stream()
                .flatMap(table -> table.ranges().stream())
                .forEach(range -> range.blobs()
                        .map(Manifest.Blob::pack)
                        .distinct()
                        .forEach(pack -> anew.merge(pack, range.base().length(), Long::sum)));
        return manifest.packs().stream()
                .filter(pack -> {
                    long needed = live.getOrDefault(pack.name(), 0L);
                    return needed < pack.size() / 3 && anew.getOrDefault(pack.name(), 0L) < pack.size() - needed;
                })
                .map(Manifest.Pack::name)
                .collect(java.util.stream.Collectors.toSet());
    }

    /** The runs among them that did not come to their end. */
    List<BackupId> interrupted() {
        return all.stream().filter(Origin::interrupted).map(Origin::id).toList();
    }
}
