package io.jenkins.plugins.postgresqlbackup.ui;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import java.time.Instant;

/** A time as pages show it: how long ago, and when in UTC, as everything in this plugin that people read. Immutable. */
public final class Moment {
    private final Instant instant;
    private final Instant now;

    private Moment(Instant instant, Instant now) {
        this.instant = instant;
        this.now = now;
    }

    /** Null for null. */
    @CheckForNull
    static Moment of(@CheckForNull Instant instant) {
        return instant == null ? null : new Moment(instant, Instant.now());
    }

    /** Null for 0, which stands for never. */
    @CheckForNull
    static Moment of(long millis) {
        return millis == 0 ? null : of(Instant.ofEpochMilli(millis));
    }

    /** Milliseconds since 1970. */
    public long getMillis() {
        return instant.toEpochMilli();
    }

    /** For programs: ISO 8601. */
    public String getIso() {
        return instant.toString();
    }

    /** Such as {@code 2026-11-22 12:18}. */
    public String getMinute() {
        return Amounts.minute(instant);
    }

    public boolean isFuture() {
        return instant.isAfter(now);
    }

    /** How long ago, or how long from now, such as {@code 3 hr 4 min}. */
    public String getDistance() {
        return Util.getTimeSpanString(Math.abs(now.toEpochMilli() - instant.toEpochMilli()));
    }
}
