package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressDisplay;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressLines;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressReading;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(shown, true, StandardCharsets.UTF_8);

    private String text() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    private static ProgressReading reading(long expected, long rows, long bytes, double seconds) {
        return new ProgressReading("Reading rows", expected, rows, bytes, Duration.ofMillis((long) (seconds * 1000)));
    }

    @Test
    void theBarTellsShareRateAndTimeLeft() {
        new LiveLine(stream, new Paint(false, true), 80).draw(reading(400_000_000, 10, 100_000_000, 2));
        assertThat(text())
                .contains("Reading rows")
                .contains("25 %")
                .contains("100 MB")
                .contains("50.0 MB/s")
                .contains("0:06 left");
        assertThat(text()).contains("━").contains("─");
    }

    @Test
    void theBarFitsTheTerminal() {
        for (int columns : new int[] {40, 60, 80, 200}) {
            shown.reset();
            new LiveLine(stream, new Paint(false, true), columns)
                    .draw(reading(400_000_000_000L, 10, 399_900_000_000L, 7_000));
            assertThat(text().replace("\r\u001b[K", "").length()).isLessThan(columns);
        }
    }

    @Test
    void aPhaseThatIsOverLeavesOneLine() {
        LiveLine line = new LiveLine(stream, new Paint(false, false), 80);
        line.draw(reading(0, 0, 0, 0));
        line.done(reading(0, 1_000, 4_000_000, 2));
        assertThat(text()).endsWith("\r\u001b[K  + Reading rows            1,000 rows, 4.0 MB in 2.0 s (2.0 MB/s)\n");
    }

    @Test
    void moreThanWasExpectedIsNeverAHundredPercent() {
        assertThat(reading(100, 0, 250, 9).fraction().getAsDouble()).isEqualTo(0.99);
        assertThat(reading(100, 0, 250, 9).left()).isEmpty();
    }

    @Test
    void aLogGetsNoControlCharacters() {
        ProgressLines lines = new ProgressLines(stream, "");
        lines.draw(reading(400_000_000, 10, 100_000_000, 5));
        lines.done(reading(400_000_000, 20, 400_000_000, 20));
        assertThat(text().lines())
                .containsExactly(
                        "Reading rows: 10 rows, 100 MB in 5.0 s (20.0 MB/s), 25 %, about 15.0 s left",
                        "Reading rows: done, 20 rows, 400 MB in 20.0 s (20.0 MB/s)");
    }

    @Test
    void onlyACompletedPhaseSaysItIsDone() {
        List<String> done = new ArrayList<>();
        try (ProgressDisplay display = new ProgressDisplay(remembering(done), warning -> {})) {
            display.phase("one", 0);
            display.advance(1, 1);
            display.phase("two", 0);
            display.advance(1, 1);
        }
        assertThat(done).containsExactly("one");
    }

    @Test
    void finishingCompletesTheLastPhase() {
        List<String> done = new ArrayList<>();
        try (ProgressDisplay display = new ProgressDisplay(remembering(done), warning -> {})) {
            display.phase("short and empty", 0);
            display.phase("one", 0);
            display.advance(1, 1);
            display.finish();
        }
        assertThat(done).containsExactly("one");
    }

    private static ProgressDisplay.Face remembering(List<String> done) {
        return new ProgressDisplay.Face() {
            @Override
            public Duration period() {
                return Duration.ofHours(1);
            }

            @Override
            public void draw(ProgressReading reading) {
                // only endings matter here
            }

            @Override
            public void done(ProgressReading reading) {
                done.add(reading.phase());
            }

            @Override
            public void clear() {
                // nothing is shown
            }
        };
    }
}
