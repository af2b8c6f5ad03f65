package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** The heap blocks from {@code first} up to, and without, {@code end}; {@link #OPEN} as the end means all that follow. */
public record BlockRange(long first, long end) {
    public static final long OPEN = Long.MAX_VALUE;

    /** All of a table. */
    public static final BlockRange WHOLE = new BlockRange(0, OPEN);

    public BlockRange {
        if (first < 0 || end <= first) {
            throw new IllegalArgumentException("Not a block range: %d to %d".formatted(first, end));
        }
    }

    public boolean open() {
        return end == OPEN;
    }

    @Override
    public String toString() {
        return open() ? first + "-" : first + "-" + (end - 1);
    }
}
