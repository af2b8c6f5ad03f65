package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The transaction id below which everything was decided when a snapshot was taken.
 *
 * @param xid 64-bit; empty when the horizon is void
 * @param lsn up to where the server's log must be kept for the horizon to hold, such as {@code 16/B374D848}
 * @param voidBecause why it must not be relied upon, if so
 */
public record Horizon(OptionalLong xid, String lsn, Optional<String> voidBecause) {
    /**
     * A position in the server's log as a number, to be compared with others.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static long position(String lsn) {
        int slash = lsn.indexOf('/');
        if (!lsn.matches("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}")) {
            throw new IllegalArgumentException("Not a position in a server's log: " + lsn);
        }
        return Long.parseLong(lsn.substring(0, slash), 16) << 32 | Long.parseLong(lsn.substring(slash + 1), 16);
    }
}
