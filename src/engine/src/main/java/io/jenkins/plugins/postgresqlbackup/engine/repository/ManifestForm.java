package io.jenkins.plugins.postgresqlbackup.engine.repository;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a manifest must be for others to work with it. Authentic is not enough: whoever holds a write slot can seal what they like, and a name in it
 * must lead to nothing but a pack of the backup that it says.
 */
final class ManifestForm {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern SUM = Pattern.compile("[0-9a-f]{16}");

    private ManifestForm() {}

    /** @throws IOException saying what is wrong */
    static void require(Manifest manifest, BackupId id) throws IOException {
        require(id.equals(manifest.id()), "it says that it is of backup " + manifest.id());
        require(
                Stream.of(
                                manifest.kind(),
                                manifest.startedAt(),
                                manifest.finishedAt(),
                                manifest.database(),
                                manifest.snapshot(),
                                manifest.schema(),
                                manifest.globals(),
                                manifest.largeObjects(),
                                manifest.totals())
                        .noneMatch(Objects::isNull),
                "a field is missing");
        require(manifest.largeObjects().digest());
        require(manifest.tables());
        require(manifest.blobs());
        requirePacks(manifest.packs());
    }

    /** @throws IOException saying what is wrong */
    static void require(Journal journal, BackupId id) throws IOException {
        require(id.equals(journal.id()), "it says that it is of backup " + journal.id());
        require(
                Stream.of(journal.kind(), journal.database(), journal.snapshot())
                        .noneMatch(Objects::isNull),
                "a field is missing");
        require(journal.tables());
        require(journal.blobs());
        requirePacks(journal.packs());
    }

    private static void require(List<Manifest.TableEntry> tables) throws IOException {
        for (Manifest.TableEntry table : tables) {
            require(table.digest());
            for (Manifest.Range range : table.ranges()) {
                require(range.digest());
                require(range.base() != null, "a block range has no rows");
                require(
                        range.first() >= 0 && (range.end() == null || range.end() > range.first()),
                        "a block range has an impossible place");
                require(
                        range.delta() == null
                                || range.addresses() != null && range.delta().alive() != null,
                        "a delta lacks the addresses of its rows");
            }
        }
    }

    private static void require(Stream<Manifest.Blob> all) throws IOException {
        for (Iterator<Manifest.Blob> blobs = all.iterator(); blobs.hasNext(); ) {
            require(blobs.next());
        }
    }

    private static void requirePacks(List<Manifest.Pack> packs) throws IOException {
        for (Manifest.Pack pack : packs) {
            require(
                    isPack(String.valueOf(pack.name())),
                    "it names a pack «" + pack.name() + "», which is no pack's name");
        }
    }

    private static void require(Manifest.Digest digest) throws IOException {
        require(
                digest != null
                        && digest.sum() != null
                        && SUM.matcher(digest.sum()).matches(),
                "a digest is missing or malformed");
    }

    private static void require(Manifest.Blob blob) throws IOException {
        if (blob == null
                || blob.backup() == null
                || blob.sha256() == null
                || blob.role() == null
                || blob.place() == null) {
            throw new IOException("a blob is not fully described");
        }
        require(
                blob.pack() != null && isPack(blob.pack(), blob.backup()),
                "it names a pack «" + blob.pack() + "», which is none of backup " + blob.backup());
        require(
                blob.offset() >= 0 && blob.length() > 0 && blob.rawBytes() >= 0,
                "a blob in " + blob.pack() + " has an impossible place");
    }

    static boolean isPack(String name) {
        String[] parts = name.split("/", 3);
        return parts.length == 3
                && BackupId.parse(parts[1])
                        .filter(writer -> isPack(name, writer))
                        .isPresent();
    }

    private static boolean isPack(String name, BackupId writer) {
        String folder = Layout.PACKS + writer + "/";
        return name.startsWith(folder)
                && NUMBER.matcher(name.substring(folder.length())).matches();
    }

    private static void require(boolean holds, String orElse) throws IOException {
        if (!holds) {
            throw new IOException(orElse);
        }
    }
}
