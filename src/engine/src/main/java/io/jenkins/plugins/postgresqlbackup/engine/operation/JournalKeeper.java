package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.Journal;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Journals;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Writes down now and then what a backup has stored, for the next one to take over should this one die. That this fails is no reason for the backup
 * to fail. Thread-safe.
 */
final class JournalKeeper {
    private static final Duration NOTICEABLE = Duration.ofSeconds(1);

    /** What there is to write down; empty if nothing was stored. */
    @FunctionalInterface
    interface Content {
        Optional<Journal> journal() throws IOException;
    }

    private final Journals journals;
    private final Content content;
    private final Supplier<Instant> clock;
    private Duration every;
    private Instant last;
    private int due;
    private int written;
    private int ranges;

    /** @param every how much time passes between two journals */
    JournalKeeper(Journals journals, Content content, Supplier<Instant> clock, Duration every) {
        this.journals = journals;
        this.content = content;
        this.clock = clock;
        this.every = every;
        this.last = clock.get();
    }

    /** A number that grows each time that a journal is due: each worker then completes its pack. */
    synchronized int due() {
        Instant now = clock.get();
        if (Duration.between(last, now).compareTo(every) >= 0) {
            last = now;
            due++;
        }
        return due;
    }

    /** Writes what the workers have completed, unless that is what was written last. */
    synchronized void write() {
        try {
            Optional<Journal> journal = content.journal();
            int now = journal.map(JournalKeeper::ranges).orElse(0);
            if (now == 0 || now == ranges) {
                return;
            }
            Instant began = clock.get();
            journals.write(journal.get(), written + 1);
            slowDown(Duration.between(began, clock.get()));
            ranges = now;
            written++;
            if (written > 1) {
                journals.delete(journal.get().id(), written - 1);
            }
        } catch (IOException e) {
            System.getLogger(JournalKeeper.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "What this backup has stored could not be written down: {0}",
                            e.getMessage());
        }
    }

    /** A huge backup has a long journal: writing it should not take more than a twentieth of the time. */
    private void slowDown(Duration took) {
        Duration seldom = took.multipliedBy(20);
        if (took.compareTo(NOTICEABLE) > 0 && seldom.compareTo(every) > 0) {
            every = seldom;
        }
    }

    private static int ranges(Journal journal) {
        return journal.tables().stream()
                .mapToInt(table -> table.ranges().size())
                .sum();
    }
}
