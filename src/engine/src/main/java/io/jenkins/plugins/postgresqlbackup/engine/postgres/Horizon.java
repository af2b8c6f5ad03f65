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
public record Horizon(OptionalLong xid, String lsn, Optional<String> voidBecause) {}
