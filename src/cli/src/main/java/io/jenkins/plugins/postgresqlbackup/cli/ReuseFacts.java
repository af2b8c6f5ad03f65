package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Reuse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is said of how a backup, or one table of it, came by its rows. */
record ReuseFacts(Reuse reuse) {
    /** The fields of {@code --json}. */
    Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("reused", object(reuse.reused()));
        object.put("deltas", object(reuse.deltas()));
        object.put("readAnew", object(reuse.anew()));
        object.put("provenNow", object(reuse.proven()));
        object.put("oldestProof", reuse.oldestProof().map(Instant::toString).orElse(null));
        object.put("storedBytes", reuse.storedBytes());
        return object;
    }

    private static Map<String, Object> object(Reuse.Part part) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("ranges", part.ranges());
        object.put("rows", part.rows());
        object.put("bytes", part.bytes());
        return object;
    }

    /** The lines of an incremental backup. */
    void incremental(Columns lines, Paint paint) {
        lines.row(paint.dim("reused"), text(reuse.reused()));
        if (reuse.deltas().ranges() > 0) {
            lines.row(
                    paint.dim("changed"),
                    ranges(reuse.deltas()) + ", of which "
                            + Amounts.bytes(reuse.deltas().bytes()) + " of rows came");
        }
        if (reuse.anew().ranges() > 0) {
            lines.row(paint.dim("read anew"), text(reuse.anew()));
        }
        lines.row(
                paint.dim("proven now"),
                reuse.proven().ranges() == reuse.ranges() ? "all" : text(reuse.proven()) + others());
    }

    private String others() {
        return reuse.oldestProof()
                .map(oldest -> "; the others since " + Amounts.minute(oldest) + " UTC")
                .orElse("; of the others not all ever were");
    }

    /** The line of a full backup that took over what an interrupted run had stored. */
    void full(Columns lines, Paint paint) {
        if (reuse.reused().ranges() > 0) {
            lines.row(paint.dim("taken over"), text(reuse.reused()) + ", from a run that was interrupted");
        }
    }

    private static String text(Reuse.Part part) {
        return part.ranges() == 0
                ? "nothing"
                : ranges(part) + ", " + Amounts.count(part.rows(), "row", "rows") + ", " + Amounts.bytes(part.bytes());
    }

    private static String ranges(Reuse.Part part) {
        return Amounts.count(part.ranges(), "block range", "block ranges");
    }
}
