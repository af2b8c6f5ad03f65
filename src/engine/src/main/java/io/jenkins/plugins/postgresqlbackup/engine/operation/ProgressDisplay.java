package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Shows how far an operation is, again and again until it is closed. {@link #finish} says that the last phase was completed; closing alone does not.
 */
public final class ProgressDisplay implements Progress, AutoCloseable {
    private final Face face;
    private final Consumer<String> warnings;
    private final ScheduledExecutorService clockwork;
    private Phase current;

    /** The form it is shown in. Called by one thread at a time. */
    public interface Face {
        /** How long to wait between two drawings. */
        Duration period();

        void draw(ProgressReading reading);

        /** The phase is over; this was all of it. */
        void done(ProgressReading reading);

        /** Makes room for other text. */
        void clear();

        /** Shows nothing. */
        Face NONE = new Face() {
            @Override
            public Duration period() {
                return Duration.ofDays(1);
            }

            @Override
            public void draw(ProgressReading reading) {
                // nothing to be seen
            }

            @Override
            public void done(ProgressReading reading) {
                // nothing to be seen
            }

            @Override
            public void clear() {
                // nothing was shown
            }
        };
    }

    /** What is counted in one phase. */
    private static final class Phase {
        private final String name;
        private final long expected;
        private final long began = System.nanoTime();
        private final LongAdder rows = new LongAdder();
        private final LongAdder bytes = new LongAdder();

        Phase(String name, long expected) {
            this.name = name;
            this.expected = expected;
        }

        ProgressReading read() {
            return new ProgressReading(
                    name, expected, rows.sum(), bytes.sum(), Duration.ofNanos(System.nanoTime() - began));
        }
    }

    public ProgressDisplay(Face face, Consumer<String> warnings) {
        this.face = face;
        this.warnings = warnings;
        this.clockwork = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
        long period = face.period().toMillis();
        clockwork.scheduleAtFixedRate(this::draw, period, period, TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void phase(String name, long expectedBytes) {
        endPhase();
        current = new Phase(name, expectedBytes);
        draw();
    }

    @Override
    public void advance(long rows, long bytes) {
        Phase phase;
        synchronized (this) {
            phase = current;
        }
        if (phase != null) {
            phase.rows.add(rows);
            phase.bytes.add(bytes);
        }
    }

    @Override
    public synchronized void warn(String message) {
        face.clear();
        warnings.accept(message);
        draw();
    }

    /** All was done. */
    public synchronized void finish() {
        endPhase();
    }

    @Override
    public void close() {
        clockwork.shutdownNow();
        synchronized (this) {
            face.clear();
            current = null;
        }
    }

    private void endPhase() {
        if (current != null) {
            ProgressReading last = current.read();
            current = null;
            if (last.worthTelling()) {
                face.done(last);
            } else {
                face.clear();
            }
        }
    }

    private synchronized void draw() {
        if (current != null && !clockwork.isShutdown()) {
            face.draw(current.read());
        }
    }
}
