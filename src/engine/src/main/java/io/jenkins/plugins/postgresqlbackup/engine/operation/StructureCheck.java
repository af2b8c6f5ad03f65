package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Damage;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Checks what can be checked without the private key: the clear objects, the row of manifests, and the packs' presence and sizes. */
final class StructureCheck {
    private final Repository repository;
    private final Manifest manifest;
    private final List<String> problems = new ArrayList<>();

    StructureCheck(Repository repository, Manifest manifest) {
        this.repository = repository;
        this.manifest = manifest;
    }

    List<String> run() throws IOException {
        for (Damage damage : repository.damage()) {
            problems.add(damage + ".");
        }
        for (Damage damage : repository.proofDamage()) {
            problems.add(damage.what());
        }
        repository.headerDamage(manifest.id()).ifPresent(damage -> problems.add(damage + "."));
        checkPrevious();
        checkBlobs();
        checkKeys();
        checkPacks();
        return problems;
    }

    private void checkPrevious() throws IOException {
        Manifest.Previous previous = manifest.previous();
        if (previous == null) {
            return;
        }
        BackupId id = previous.id();
        if (!repository.ids().contains(id)) {
            if (!repository.wasDeleted(id)) {
                problems.add(
                        "The backup " + id + ", made before this one, is gone, and nothing tells that it was pruned.");
            }
        } else if (!repository.sha256(id).equals(previous.sha256())) {
            problems.add("The manifest manifests/" + id + " is not the one that was there when this backup was made.");
        }
    }

    /** Packs are looked for by the manifest's list of them, so each blob must lie within one of the list. */
    private void checkBlobs() {
        Map<String, Long> sizes = new HashMap<>();
        manifest.packs().forEach(pack -> sizes.put(pack.name(), pack.size()));
        long outside = manifest.blobs()
                .filter(blob -> {
                    long size = sizes.getOrDefault(blob.pack(), 0L);
                    return blob.offset() < 0 || blob.length() <= 0 || blob.length() > size - blob.offset();
                })
                .count();
        if (outside > 0) {
            problems.add("The manifest manifests/" + manifest.id() + " names " + outside
                    + " blobs that lie in none of the packs it lists, or beyond a pack's end.");
        }
    }

    /** Blobs of earlier backups open with those backups' data keys. */
    private void checkKeys() {
        manifest.blobs()
                .map(Manifest.Blob::backup)
                .distinct()
                .filter(writer -> !manifest.dataKeys().containsKey(writer))
                .sorted()
                .forEach(writer -> problems.add("The manifest manifests/" + manifest.id() + " names blobs of backup "
                        + writer + " and lacks the key that opens them."));
    }

    private void checkPacks() throws IOException {
        SortedSet<String> folders = new TreeSet<>();
        for (Manifest.Pack pack : manifest.packs()) {
            folders.add(pack.name().substring(0, pack.name().lastIndexOf('/') + 1));
        }
        Map<String, Long> sizes = new HashMap<>();
        for (String folder : folders) {
            repository.store().list(folder, object -> sizes.put(object.name(), object.size()));
        }
        for (Manifest.Pack pack : manifest.packs()) {
            Long size = sizes.get(pack.name());
            if (size == null) {
                problems.add("The pack " + named(pack) + " is gone.");
            } else if (size != pack.size()) {
                problems.add("The pack " + named(pack) + " has " + size + " bytes instead of " + pack.size() + ".");
            }
        }
    }

    private String named(Manifest.Pack pack) {
        String writer = pack.name().split("/", 3)[1];
        return writer.equals(manifest.id().value())
                ? pack.name()
                : pack.name() + ", which backup " + writer + " wrote and this one reuses,";
    }
}
