package io.jenkins.plugins.postgresqlbackup.engine.repository;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The name of one backup: the second it was begun in (UTC) and six random characters, e.g. {@code 20261122T121838Z-7f3k2m}. Ids sort by time, as
 * text too. Immutable.
 */
public record BackupId(@JsonValue String value) implements Comparable<BackupId> {
    private static final Pattern FORM = Pattern.compile("[0-9]{8}T[0-9]{6}Z-[0-9a-z]{6}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Instant END_OF_TIMES = Instant.parse("9999-12-31T23:59:59Z");
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

    /** @throws IllegalArgumentException if the text is not of the form of a backup id */
    @JsonCreator
    public BackupId {
        if (!FORM.matcher(Objects.requireNonNull(value)).matches()) {
            throw new IllegalArgumentException(
                    "«" + value + "» is not a backup id; one looks like 20261122T121838Z-7f3k2m.");
        }
    }

    /** A fresh id for a backup that begins now. */
    public static BackupId create(Instant now, RandomGenerator random) {
        StringBuilder text = new StringBuilder(TIME.format(now)).append('-');
        for (int i = 0; i < 6; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return new BackupId(text.toString());
    }

    /**
     * A fresh id that sorts after another one, whatever the clock says: as of the second after it where the clock is not later than that. One that is
     * named for no time, or for the end of all times, is not heeded.
     */
    public static BackupId createAfter(BackupId other, Instant now, RandomGenerator random) {
        return other.second()
                .map(second -> second.plusSeconds(1))
                .filter(next -> next.isAfter(now) && next.isBefore(END_OF_TIMES))
                .map(next -> create(next, random))
                .orElseGet(() -> create(now, random));
    }

    /** The second that it is named for; empty if there is no such time. */
    public Optional<Instant> second() {
        try {
            return Optional.of(TIME.parse(value.substring(0, value.indexOf('-')), Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The id a text holds, if it holds one. */
    public static Optional<BackupId> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new BackupId(text)) : Optional.empty();
    }

    @Override
    public int compareTo(BackupId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
