package io.jenkins.plugins.postgresqlbackup.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A look at everything, a few things at a time. Waits for each no longer than its patience, and for all no longer than a round may take. */
final class CheckRound {
    private static final Logger LOGGER = Logger.getLogger(CheckRound.class.getName());

    /** More would only compete for the nodes and the network. */
    static final int AT_ONCE = 8;

    /** What has not begun by then is left to the next round. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Deque<Probe<?>> waiting;
    private final List<Begun> begun = new ArrayList<>();
    private final Duration patience;
    private final Runnable news;

    private record Begun(Probe<?> probe, CompletableFuture<Void> end, Instant at) {}

    /**
     * @param patience how long one look is waited for
     * @param news to be run when a look comes to something after all that was not waited for any longer
     */
    CheckRound(List<Probe<?>> probes, Duration patience, Runnable news) {
        this.waiting = new ArrayDeque<>(probes);
        this.patience = patience;
        this.news = news;
    }

    void run() throws InterruptedException {
        Instant end = Instant.now().plus(LONGEST);
        while (!begun.isEmpty() || !waiting.isEmpty() && Instant.now().isBefore(end)) {
            while (begun.size() < AT_ONCE && !waiting.isEmpty() && Instant.now().isBefore(end)) {
                begin(waiting.remove());
            }
            awaitAny();
            letGo();
        }
    }

    private void begin(Probe<?> probe) {
        probe.start()
                .ifPresentOrElse(
                        future -> begun.add(new Begun(probe, future, Instant.now())),
                        () -> probe.isLate(Instant.now()));
    }

    private void awaitAny() throws InterruptedException {
        try {
            CompletableFuture.anyOf(begun.stream().map(Begun::end).toArray(CompletableFuture[]::new))
                    .get(1, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOGGER.log(Level.FINEST, "The looks go on", e);
        } catch (ExecutionException e) {
            LOGGER.log(Level.WARNING, "A look ended in a way it should not", e);
        }
    }

    private void letGo() {
        Instant now = Instant.now();
        for (Iterator<Begun> each = begun.iterator(); each.hasNext(); ) {
            Begun one = each.next();
            if (one.end().isDone()) {
                each.remove();
            } else if (one.at().plus(patience).isBefore(now)) {
                each.remove();
                one.probe().isLate(now);
                one.end().thenRun(news);
            }
        }
    }
}
