package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerInfo;
import java.time.Instant;
import java.util.Optional;

/**
 * From where a new backup looks back at earlier ones.
 *
 * @param lsn the server's log position; empty where it does not tell
 * @param nextTransaction the 64-bit id that the next transaction will get
 * @param digestsAgree whether the server computes the same row digests as we do
 */
record Standpoint(
        ServerInfo server, Instant takenAt, Optional<String> lsn, long nextTransaction, boolean digestsAgree) {}
