package io.jenkins.plugins.postgresqlbackup.engine.keys;

import java.time.Instant;

/**
 * A repository's keys, wrapped for one holder. The value as read: only {@link KeySlots#open} and {@link KeySlots#verify} tell
 * whether it is authentic.
 *
 * @param id the name of its object below {@code keys/}
 * @param label whose it is, for people; at most {@value #LONGEST_LABEL} characters
 * @param created to the second
 * @param generation the newest key generation it holds
 * @param wrapped the wrapped key ring
 * @param mac HMAC-SHA256 over all the rest, which every holder of any slot can check
 */
public record KeySlot(
        String id,
        SlotKind kind,
        Wrapping wrapping,
        String label,
        Instant created,
        int generation,
        byte[] wrapped,
        byte[] mac) {
    /** The format that this code writes, and the newest it reads. */
    public static final int FORMAT = 1;

    static final int SALT_LENGTH = 32;
    static final int LONGEST_LABEL = 200;
}
