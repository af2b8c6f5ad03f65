package io.jenkins.plugins.postgresqlbackup.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Progress on a terminal: one line that changes, with a bar, and a line that stays for each phase that is over. */
final class LiveLine implements ProgressDisplay.Face {
    private static final Duration PERIOD = Duration.ofMillis(100);
    private static final int NAME = 24;
    private static final int FIGURES = 36;
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
    public void draw(Reading reading) {
        String figures = figures(reading);
        String line = "  " + name(reading.phase()) + bar(reading) + figures;
        stream.print(CLEAR + line);
        stream.flush();
        drawn = true;
    }

    @Override
    public void done(Reading reading) {
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

    private String bar(Reading reading) {
        int width = Math.min(30, columns - 3 - NAME - FIGURES);
        if (width < 5 || reading.fraction().isEmpty()) {
            return "";
        }
        double fraction = reading.fraction().getAsDouble();
        int full = (int) Math.round(fraction * width);
        String done = (paint.symbols() ? "━" : "=").repeat(full);
        String rest = (paint.symbols() ? "─" : "-").repeat(width - full);
        return " " + paint.accent(done) + paint.dim(rest);
    }

    private static String figures(Reading reading) {
        StringBuilder text = new StringBuilder();
        reading.fraction().ifPresent(part -> text.append(String.format(Locale.ROOT, "%4.0f %%", part * 100)));
        if (reading.bytes() > 0) {
            text.append(String.format(Locale.ROOT, " %8s", Amounts.bytes(reading.bytes())));
            text.append(String.format(Locale.ROOT, " %9s", Amounts.rate(reading.bytes(), reading.elapsed())));
        }
        String time = reading.left()
                .map(left -> Amounts.clock(left) + " left")
                .orElseGet(() -> reading.expected() > 0 ? "" : Amounts.clock(reading.elapsed()));
        return text.append(time.isEmpty() ? "" : "  " + time).toString();
    }
}
