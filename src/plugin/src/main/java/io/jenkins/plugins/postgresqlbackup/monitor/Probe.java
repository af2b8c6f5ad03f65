package io.jenkins.plugins.postgresqlbackup.monitor;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.agent.AgentCall;
import io.jenkins.plugins.postgresqlbackup.agent.CompressedText;
import io.jenkins.plugins.postgresqlbackup.agent.Outcome;
import io.jenkins.plugins.postgresqlbackup.alert.Errands;
import io.jenkins.plugins.postgresqlbackup.configuration.NodeProbe;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One look at a repository or a database, on a node that reaches it. Whoever asked for it goes on after a while; the look does so too, so that one that is
 * slow comes to something, and there is no second one meanwhile.
 */
final class Probe<T> {
    /** How long a check waits for it. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /** How long the first look may take before that is worth saying: it reads everything. */
    private static final Duration FIRST_PATIENCE = Duration.ofMinutes(30);

    /** After which it is asked to end. */
    private static final Duration LIMIT = Duration.ofHours(1);

    /** For how long a node that looks may be missing: those of a cloud come and go. */
    private static final Duration WITHOUT_NODE = Duration.ofHours(24);

    private final String name;
    private final String place;
    private final String errand;
    private final String label;
    private final Looks<T> looks;
    private final NodeProbe.Trial<CompressedText> trial;
    private final Reader<T> reader;
    private final AtomicReference<AgentCall<CompressedText>> call = new AtomicReference<>();

    /** Makes facts of what the node sent. */
    @FunctionalInterface
    interface Reader<T> {
        T read(CompressedText result) throws IOException;
    }

    /**
     * @param kind what is looked at, in one word
     * @param place where it is; what is known of another place is not known of this
     */
    Probe(
            String kind,
            String name,
            String place,
            String label,
            Looks<T> looks,
            NodeProbe.Trial<CompressedText> trial,
            Reader<T> reader) {
        this.name = name;
        this.place = place;
        this.errand = "look at " + kind + " " + name;
        this.label = label;
        this.looks = looks;
        this.trial = trial;
        this.reader = reader;
    }

    /** Whether it failed the last time: those that are well go first. */
    boolean isFailing() {
        return look().problem() != null;
    }

    private Look<T> look() {
        return looks.of(name, place);
    }

    /** Begins; what it comes to is kept by itself. Empty if the last one has not ended. */
    Optional<CompletableFuture<Void>> start() {
        return Errands.start(errand, LIMIT, this::lookAt, thread -> {
            AgentCall<CompressedText> present = call.get();
            if (present == null) {
                thread.interrupt();
            } else {
                present.stop(); // and waits for its end, which alone tells that the node has let go
            }
        });
    }

    private Void lookAt() {
        Instant begin = Instant.now();
        try {
            Optional<AgentCall<CompressedText>> prepared = NodeProbe.prepare(label, trial);
            if (prepared.isEmpty()) {
                nobodyThere(begin);
                return null;
            }
            call.set(prepared.get());
            Outcome<CompressedText> outcome = prepared.get().run();
            CompressedText result = outcome.result();
            if (result == null) {
                throw new IOException(outcome.message());
            }
            looks.seen(name, place, begin, reader.read(result));
        } catch (InterruptedException e) {
            looks.failed(name, place, Instant.now(), noAnswer());
        } catch (IOException | RuntimeException e) {
            looks.failed(name, place, Instant.now(), e.getMessage() == null ? e.toString() : e.getMessage());
        }
        return null;
    }

    private void nobodyThere(Instant now) {
        Instant seenAt = look().seenAt();
        if (seenAt == null || seenAt.plus(WITHOUT_NODE).isBefore(now)) {
            looks.failed(name, place, now, NodeProbe.noneOnline(label));
        }
    }

    /** It has not ended, and the check goes on without it. */
    void isLate(Instant now) {
        Optional<Instant> since = Errands.runningSince(errand);
        boolean isFirst = look().known().isEmpty();
        if (since.isPresent() && (!isFirst || since.get().plus(FIRST_PATIENCE).isBefore(now))) {
            looks.failed(name, place, now, noAnswer());
        }
    }

    private static String noAnswer() {
        return Messages.Probe_noAnswer(PATIENCE.toMinutes());
    }
}
