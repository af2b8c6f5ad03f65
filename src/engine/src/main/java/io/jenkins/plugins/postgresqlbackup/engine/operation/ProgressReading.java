package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a phase is at one moment.
 *
 * @param expected about how many bytes it will come to; 0 if nobody knows
 */
public record ProgressReading(String phase, long expected, long rows, long bytes, Duration elapsed) {
    private static final Duration TOO_SHORT_TO_TELL = Duration.ofMillis(500);

    /** From 0 to 1; never 1, since only the phase's end tells that it is over. Empty if nobody knows. */
    public OptionalDouble fraction() {
        return expected <= 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.min(0.99, (double) bytes / expected));
    }

    /** Whether something was counted, or it took its time. */
    public boolean worthTelling() {
        return rows > 0 || bytes > 0 || elapsed.compareTo(Duration.ofSeconds(1)) >= 0;
    }

    /** How long it will take still, as it went so far. */
    public Optional<Duration> left() {
        if (expected <= bytes || bytes <= 0 || elapsed.compareTo(TOO_SHORT_TO_TELL) < 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis((long) (elapsed.toMillis() * ((double) (expected - bytes) / bytes))));
    }

    /** {@code 1,000,204 rows, 412 MB in 4.2 s (98.1 MB/s)}. */
    public String summary() {
        List<String> amounts = new ArrayList<>();
        if (rows > 0) {
            amounts.add(Amounts.count(rows, "row", "rows"));
        }
        if (bytes > 0) {
            amounts.add(Amounts.bytes(bytes));
        }
        String text = amounts.isEmpty() ? "" : String.join(", ", amounts) + " in ";
        String rate =
                bytes > 0 && elapsed.compareTo(TOO_SHORT_TO_TELL) > 0 ? " (" + Amounts.rate(bytes, elapsed) + ")" : "";
        return text + Amounts.duration(elapsed) + rate;
    }
}
