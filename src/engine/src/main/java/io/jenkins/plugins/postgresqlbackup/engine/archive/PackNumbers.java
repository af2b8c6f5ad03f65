package io.jenkins.plugins.postgresqlbackup.engine.archive;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Names the packs of one backup, whose workers share it. Thread-safe. */
public final class PackNumbers {
    private final AtomicInteger last = new AtomicInteger();

    /** The name of the next pack: {@code packs/<backup id>/000001} and so on. */
    String next(String backupId) {
        return String.format(Locale.ROOT, "packs/%s/%06d", backupId, last.incrementAndGet());
    }
}
