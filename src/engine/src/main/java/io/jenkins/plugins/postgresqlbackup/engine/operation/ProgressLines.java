package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.io.PrintStream;
import java.time.Duration;

/** Progress in a log: a line every few seconds, and one for each phase that is over. */
public final class ProgressLines implements ProgressDisplay.Face {
    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final PrintStream stream;
    private final String indent;

    public ProgressLines(PrintStream stream, String indent) {
        this.stream = stream;
        this.indent = indent;
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    @Override
    public void draw(ProgressReading reading) {
        if (reading.elapsed().compareTo(PERIOD.dividedBy(2)) < 0) {
            return; // a phase that has only just begun is not worth a line
        }
        StringBuilder line =
                new StringBuilder(indent).append(reading.phase()).append(": ").append(reading.summary());
        reading.fraction()
                .ifPresent(
                        part -> line.append(", ").append(Math.round(part * 100)).append(" %"));
        reading.left()
                .ifPresent(left ->
                        line.append(", about ").append(Amounts.duration(left)).append(" left"));
        stream.println(line);
    }

    @Override
    public void done(ProgressReading reading) {
        stream.println(indent + reading.phase() + ": done, " + reading.summary());
    }

    @Override
    public void clear() {
        // what was written stays
    }
}
