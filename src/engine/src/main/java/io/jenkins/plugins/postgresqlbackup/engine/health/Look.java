package io.jenkins.plugins.postgresqlbackup.engine.health;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Optional;

/**
 * What came of looking at something, the last time and before. Immutable.
 *
 * @param facts what was seen when it last succeeded; null: it never did
 * @param seenAt when that was; null: never
 * @param problem why it failed the last time, a sentence; null: it did not
 * @param failingSince when it first failed of the failures in a row; null: it did not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Look<T>(T facts, Instant seenAt, String problem, Instant failingSince) {
    /** Nobody has looked yet. */
    public static <T> Look<T> none() {
        return new Look<>(null, null, null, null);
    }

    /** It was seen. */
    public static <T> Look<T> at(Instant moment, T facts) {
        return new Look<>(facts, moment, null, null);
    }

    /** The next look, which failed. */
    public Look<T> failed(Instant moment, String why) {
        return new Look<>(facts, seenAt, why, failingSince == null ? moment : failingSince);
    }

    /** What was last seen, however long ago. */
    public Optional<T> known() {
        return Optional.ofNullable(facts);
    }
}
