package io.jenkins.plugins.postgresqlbackup.engine.model;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.util.Set;

/**
 * How the block ranges of backups came about: a model test in which nothing is reused would show nothing.
 *
 * @param fresh read anew
 * @param reused as an earlier backup had them
 * @param deltas told by what has changed since an earlier backup
 * @param takenOver of the reused ones, those that an interrupted backup had stored
 */
record Tally(int backups, int fresh, int reused, int deltas, int takenOver, int fallbacks) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0);

    /** @param finished all backups that came to their end */
    static Tally takenOver(Manifest manifest, Set<BackupId> finished) {
        long ranges = manifest.tables().stream()
                .flatMap(table -> table.ranges().stream())
                .filter(range -> !finished.contains(range.base().backup()))
                .count();
        return new Tally(0, 0, 0, 0, (int) ranges, 0);
    }

    static Tally of(Manifest manifest) {
        Tally tally = new Tally(
                1,
                0,
                0,
                0,
                0,
                manifest.fallbacks() == null ? 0 : manifest.fallbacks().size());
        for (Manifest.TableEntry table : manifest.tables()) {
            for (Manifest.Range range : table.ranges()) {
                boolean fresh = range.base().backup().equals(manifest.id());
                boolean delta =
                        range.delta() != null && range.delta().alive().backup().equals(manifest.id());
                tally = tally.plus(new Tally(0, fresh ? 1 : 0, fresh || delta ? 0 : 1, delta ? 1 : 0, 0, 0));
            }
        }
        return tally;
    }

    Tally plus(Tally other) {
        return new Tally(
                backups + other.backups,
                fresh + other.fresh,
                reused + other.reused,
                deltas + other.deltas,
                takenOver + other.takenOver,
                fallbacks + other.fallbacks);
    }
}
