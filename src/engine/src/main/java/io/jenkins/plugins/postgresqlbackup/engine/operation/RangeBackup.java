package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.BlockRange;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ChangeCounts;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SnapshotWorker;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Survey;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Table;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * One worker of a backup: finds out of each block range whether an earlier run holds it as it is now, and has it stored otherwise, as a delta where
 * that is smaller.
 */
final class RangeBackup implements ParallelRead.RangeReader {
    /** A delta is rows and addresses; past this share of young rows, or of its base's size, the whole range is as cheap and a better base. */
    private static final double LARGEST_DELTA = 0.4;

    private final RangeWriter writer;
    private final BackupDraft draft;
    private final Standpoint standpoint;
    private final DigestHope hope;
    private final ChangeHabit habit;
    private final JournalKeeper journal;
    private final Progress progress;
    private int journals;

    RangeBackup(
            RangeWriter writer,
            BackupDraft draft,
            Standpoint standpoint,
            DigestHope hope,
            ChangeHabit habit,
            JournalKeeper journal,
            Progress progress) {
        this.writer = writer;
        this.draft = draft;
        this.standpoint = standpoint;
        this.hope = hope;
        this.habit = habit;
        this.journal = journal;
        this.progress = progress;
    }

    @Override
    public void read(SnapshotWorker session, ParallelRead.Task task) throws IOException, InterruptedException {
        long rows =
                task.known().isPresent() ? compare(session, task, task.known().get()) : store(session, task);
        progress.advance(rows, task.bytes());
        int due = journal.due();
        if (due != journals) {
            journals = due;
            writer.commit();
            journal.write();
        }
    }

    private long store(SnapshotWorker session, ParallelRead.Task task) throws IOException, InterruptedException {
        return writer.anew(session, task.table(), task.range())
                .map(range -> {
                    draft.add(task.table(), range);
                    return range.digest().rows();
                })
                .orElse(0L);
    }

    private long compare(SnapshotWorker session, ParallelRead.Task task, Known known)
            throws IOException, InterruptedException {
        return known.check() == Known.Check.HORIZON
                ? compareByHorizon(session, task, known)
                : compareByDigest(session, task, known);
    }

    private long compareByHorizon(SnapshotWorker session, ParallelRead.Task task, Known known)
            throws IOException, InterruptedException {
        Table table = task.table();
        BlockRange blocks = task.range();
        Manifest.Range range = known.range();
        OptionalLong base = baseHorizon(range);
        boolean deltas = base.isPresent() && standpoint.digestsAgree();
        if (deltas && habit.of(table)) {
            return change(session, task, known, session.survey(table, blocks, base.getAsLong()));
        }
        ChangeCounts counts =
                session.countChanges(table, blocks, known.origin().snapshot().horizon(), base);
        if (counts.young() == 0 && counts.rows() == range.digest().rows()) {
            habit.learn(table, false);
            if (!known.prove() || !standpoint.digestsAgree()) {
                return reuse(table, range);
            }
            if (session.serverDigest(table, blocks).equals(Digests.parse(range.digest()))) {
                return reuse(table, range.provenAt(draft.takenAt()));
            }
            draft.warn("The rows of " + table.tableName() + " (blocks " + blocks
                    + ") differ from those of the earlier backup although no transaction seems to have changed them;"
                    + " they were read anew. Verify the earlier backups with a drill, and report this.");
            return store(session, task);
        }
        habit.learn(table, true);
        if (counts.rows() == 0) {
            return 0;
        }
        long young = counts.youngSinceBase();
        if (!deltas || !worthADelta(range, counts.rows() - young, young)) {
            return store(session, task);
        }
        return change(session, task, known, session.survey(table, blocks, base.getAsLong()));
    }

    private long change(SnapshotWorker session, ParallelRead.Task task, Known known, Survey survey)
            throws IOException, InterruptedException {
        Table table = task.table();
        BlockRange blocks = task.range();
        Manifest.Range range = known.range();
        if (survey.digest().equals(Digests.parse(range.digest()))) {
            habit.learn(table, false);
            return reuse(table, range.provenAt(draft.takenAt()));
        }
        if (survey.digest().count() == 0) {
            return 0;
        }
        if (!worthADelta(range, survey.old(), survey.young())) {
            return store(session, task);
        }
        draft.add(table, writer.delta(session, table, blocks, range, survey));
        return survey.digest().count();
    }

    /** What rows were added to the base, and which of its rows are left, is told by the horizon that the base itself was read at. */
    private OptionalLong baseHorizon(Manifest.Range range) {
        boolean usable = range.addresses() != null
                && range.horizon() != null
                && !Trust.tooOld(range.horizon(), standpoint.nextTransaction());
        return usable ? OptionalLong.of(range.horizon()) : OptionalLong.empty();
    }

    private static boolean worthADelta(Manifest.Range range, long old, long young) {
        Manifest.Delta before = range.delta();
        long grown = before == null || before.rows() == null ? 0 : before.rows().length();
        return young <= LARGEST_DELTA * (old + young)
                && old >= range.baseRows() / 2
                && grown <= LARGEST_DELTA * range.base().length();
    }

    private long compareByDigest(SnapshotWorker session, ParallelRead.Task task, Known known)
            throws IOException, InterruptedException {
        Table table = task.table();
        if (!hope.of(table)) {
            return store(session, task);
        }
        RowDigest now = session.serverDigest(table, task.range());
        boolean same = now.equals(Digests.parse(known.range().digest()));
        hope.learn(table, same);
        // The rows are the same, where they lie need not be.
        return same ? reuse(table, known.range().moved().provenAt(draft.takenAt())) : store(session, task);
    }

    private long reuse(Table table, Manifest.Range range) {
        draft.add(table, range);
        return range.digest().rows();
    }

    @Override
    public void finish() throws IOException {
        writer.finish();
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
