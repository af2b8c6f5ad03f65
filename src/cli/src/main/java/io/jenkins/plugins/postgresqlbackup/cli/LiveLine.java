package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressDisplay;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressReading;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Progress on a terminal: one line that changes, with a bar, and a line that stays for each phase that is over. */
final class LiveLine implements ProgressDisplay.Face {
    private static final Duration PERIOD = Duration.ofMillis(100);
    private static final int NAME = 24;
    private static final int FIGURES = 40;
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream stream;
    private final Paint paint;
    private final int columns;
    private boolean drawn;

    LiveLine(PrintStream stream, Paint paint, int columns) {
        this.stream = stream;
        this.paint = paint;
        this.columns = columns;
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    @Override
    public void draw(ProgressReading reading) {
        String bar = bar(reading);
        int room = columns - 3 - NAME - (bar.isEmpty() ? 0 : barWidth() + 1);
        String figures = share(reading) + amounts(reading) + time(reading);
        if (figures.length() > room) {
            figures = share(reading) + time(reading);
        }
        stream.print(
                CLEAR + "  " + name(reading.phase()) + bar + figures.substring(0, Math.min(room, figures.length())));
        stream.flush();
        drawn = true;
    }

    @Override
    public void done(ProgressReading reading) {
        clear();
        stream.println(
                "  " + paint.tick() + " " + name(reading.phase()).substring(2) + "  " + paint.dim(reading.summary()));
    }

    @Override
    public void clear() {
        if (drawn) {
            stream.print(CLEAR);
            stream.flush();
            drawn = false;
        }
    }

    private static String name(String phase) {
        String shown = phase.length() > NAME - 2 ? phase.substring(0, NAME - 3) + "…" : phase;
        return String.format(Locale.ROOT, "  %-" + (NAME - 2) + "s", shown);
    }

    private int barWidth() {
        return Math.min(30, columns - 3 - NAME - FIGURES);
    }

    private String bar(ProgressReading reading) {
        int width = barWidth();
        if (width < 5 || reading.fraction().isEmpty()) {
            return "";
        }
        int full = (int) Math.round(reading.fraction().getAsDouble() * width);
        String done = (paint.symbols() ? "━" : "=").repeat(full);
        String rest = (paint.symbols() ? "─" : "-").repeat(width - full);
        return " " + paint.accent(done) + paint.dim(rest);
    }

    private static String share(ProgressReading reading) {
        return reading.fraction().isEmpty()
                ? ""
                : String.format(Locale.ROOT, "%4.0f %%", reading.fraction().getAsDouble() * 100);
    }

    private static String amounts(ProgressReading reading) {
        return reading.bytes() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        " %8s %9s",
                        Amounts.bytes(reading.bytes()),
                        Amounts.rate(reading.bytes(), reading.elapsed()));
    }

    private static String time(ProgressReading reading) {
        return reading.left()
                .map(left -> "  " + Amounts.clock(left) + " left")
                .orElseGet(() -> reading.expected() > 0 ? "" : "  " + Amounts.clock(reading.elapsed()));
    }
}
