package io.jenkins.plugins.postgresqlbackup.engine.repository;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * That a backup is to be kept, whatever the policy says.
 *
 * @param reason why; null: not told, or not readable
 * @param by who has pinned it; null: not told, or not readable
 * @param at when, by that machine's clock; null: not readable
 * @param damage what is wrong with the object; null: nothing. It is a pin all the same
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Pin(
        BackupId backup,
        String reason,
        String by,
        Instant at,
        @JsonIgnore String damage) {
    static Pin damaged(BackupId backup, String damage) {
        return new Pin(backup, null, null, null, damage);
    }

    /** Whether what it says cannot be believed. */
    @JsonIgnore
    public boolean isDamaged() {
        return damage != null;
    }
}
