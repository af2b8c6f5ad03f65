package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.ArrayList;
import java.util.List;

/** Divides a table into block ranges. */
public final class BlockRanges {
    private BlockRanges() {}

    /**
     * Ranges of about {@code targetBytes} each, counting TOAST as if it were spread evenly. The last is open-ended: a
     * table may have grown since it was measured.
     */
    public static List<BlockRange> plan(Table table, long targetBytes) {
        if (targetBytes < 1) {
            throw new IllegalArgumentException("Not a size for block ranges: " + targetBytes);
        }
        long ranges = Math.min(table.pages(), (table.bytes() + targetBytes - 1) / targetBytes);
        if (!table.blockRanges() || ranges <= 1) {
            return List.of(BlockRange.WHOLE);
        }
        List<BlockRange> plan = new ArrayList<>();
        for (long i = 0; i < ranges; i++) {
            long first = start(table, i, ranges);
            plan.add(new BlockRange(first, i == ranges - 1 ? BlockRange.OPEN : start(table, i + 1, ranges)));
        }
        return plan;
    }

    /**
     * The same for the blocks from {@code from} up to {@code end}, which may be {@link BlockRange#OPEN}: then the last
     * range is open-ended, and if the table has no blocks there it is the only one.
     */
    public static List<BlockRange> plan(Table table, long from, long end, long targetBytes) {
        if (from == 0 && end == BlockRange.OPEN) {
            return plan(table, targetBytes);
        }
        long pages = Math.min(end, table.pages()) - from;
        long bytes = table.pages() == 0 ? 0 : (long) ((double) table.bytes() * Math.max(0, pages) / table.pages());
        long ranges = Math.max(1, Math.min(pages, (bytes + targetBytes - 1) / targetBytes));
        List<BlockRange> plan = new ArrayList<>();
        for (long i = 0; i < ranges; i++) {
            long first = from + Math.max(0, pages) * i / ranges;
            plan.add(new BlockRange(first, i == ranges - 1 ? end : from + pages * (i + 1) / ranges));
        }
        return plan;
    }

    private static long start(Table table, long index, long ranges) {
        return Math.multiplyExact(table.pages(), index) / ranges;
    }
}
