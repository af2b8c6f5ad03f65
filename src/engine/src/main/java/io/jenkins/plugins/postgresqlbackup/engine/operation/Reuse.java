package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * How a backup came by its rows, told from its manifest alone: what it took over from earlier runs, what it read, and what of it the database has
 * proven. The schema, what belongs to the database as a whole and the large objects are read each time and are not counted here. Immutable.
 *
 * @param reused block ranges that were not stored again; bytes: of their rows
 * @param deltas block ranges of which only what has changed since their base was stored; bytes: of the rows that came
 * @param anew block ranges that were read as a whole; bytes: of their rows
 * @param proven block ranges, of all the three kinds, whose digest was computed from the database itself for this backup; bytes: of their rows
 * @param storedBytes what this backup has stored for all of them, sealed
 * @param oldestProof when the digest that was not computed for the longest time was computed from the database itself; empty: there are no rows, or
 *     it is not known of all
 */
public record Reuse(Part reused, Part deltas, Part anew, Part proven, long storedBytes, Optional<Instant> oldestProof) {

    /**
     * Some of the block ranges.
     *
     * @param rows that are in these ranges as they are now
     * @param bytes as text, neither compressed nor sealed
     */
    public record Part(long ranges, long rows, long bytes) {}

    /** Of all tables of a backup. */
    public static Reuse of(Manifest manifest) {
        return of(
                manifest,
                manifest.tables().stream()
                        .flatMap(table -> table.ranges().stream())
                        .toList());
    }

    /** Of one table of a backup. */
    public static Reuse of(Manifest manifest, Manifest.TableEntry table) {
        return of(manifest, table.ranges());
    }

    private static Reuse of(Manifest manifest, List<Manifest.Range> ranges) {
        BackupId id = manifest.id();
        Predicate<Manifest.Range> anew = range -> range.base().backup().equals(id);
        Predicate<Manifest.Range> delta = anew.negate()
                .and(range ->
                        range.delta() != null && range.delta().alive().backup().equals(id));
        boolean allProven = ranges.stream().allMatch(range -> range.provenAt() != null);
        return new Reuse(
                part(ranges, anew.or(delta).negate(), Manifest.Range::rawBytes),
                part(ranges, delta, Reuse::came),
                part(ranges, anew, Manifest.Range::rawBytes),
                part(ranges, range -> manifest.snapshot().takenAt().equals(range.provenAt()), Manifest.Range::rawBytes),
                ranges.stream()
                        .flatMap(Manifest.Range::blobs)
                        .filter(blob -> blob.backup().equals(id))
                        .mapToLong(Manifest.Blob::length)
                        .sum(),
                allProven
                        ? ranges.stream().map(Manifest.Range::provenAt).min(Comparator.naturalOrder())
                        : Optional.empty());
    }

    private static Part part(
            List<Manifest.Range> ranges, Predicate<Manifest.Range> wanted, ToLongFunction<Manifest.Range> bytes) {
        List<Manifest.Range> chosen = ranges.stream().filter(wanted).toList();
        return new Part(
                chosen.size(),
                chosen.stream().mapToLong(range -> range.digest().rows()).sum(),
                chosen.stream().mapToLong(bytes).sum());
    }

    private static long came(Manifest.Range range) {
        Manifest.Blob rows = range.delta().rows();
        return rows == null ? 0 : rows.rawBytes();
    }

    /** Block ranges in all. */
    public long ranges() {
        return reused.ranges() + deltas.ranges() + anew.ranges();
    }

    /** Bytes of rows that the database sent. */
    public long readBytes() {
        return deltas.bytes() + anew.bytes();
    }
}
