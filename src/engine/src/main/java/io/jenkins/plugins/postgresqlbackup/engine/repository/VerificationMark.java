package io.jenkins.plugins.postgresqlbackup.engine.repository;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Objects;

/**
 * That somebody with a full slot has verified a backup and found nothing wrong.
 *
 * @param manifest the SHA-256 of the manifest's object as it was verified, hexadecimal
 * @param level {@code content} or {@code restore}
 * @param at when, by the clock of the machine that verified
 * @param by who, for people; null: not told
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VerificationMark(BackupId backup, String manifest, String level, Instant at, String by) {
    /** Every blob was opened, every row counted, every digest right. */
    public static final String CONTENT = "content";

    /** A drill: besides, it was restored and the copy compared. */
    public static final String RESTORE = "restore";

    public VerificationMark {
        Objects.requireNonNull(backup);
        Objects.requireNonNull(manifest);
        Objects.requireNonNull(at);
        if (!CONTENT.equals(level) && !RESTORE.equals(level)) {
            throw new IllegalArgumentException("«" + level + "» is no level that a mark is written for.");
        }
    }
}
