package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Horizon;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerInfo;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Table;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.util.Optional;

/**
 * Whether transaction ids tell what has changed since an earlier snapshot. They do in one cluster that has been running all the time, for rows that
 * lie where they lay and whose text depends on nothing else. Pure; each answer is a reason against, as a sentence without its full stop.
 */
final class Trust {
    private Trust() {}

    /**
     * @param lsn the server's log position now, where it tells
     * @param nextTransaction the 64-bit id that the next transaction will get
     */
    static Optional<String> reasonAgainst(
            Origin origin, ServerInfo server, Optional<String> lsn, long nextTransaction) {
        Manifest.Source then = origin.database();
        Manifest.SnapshotFacts snapshot = origin.snapshot();
        if (snapshot.horizon() == null) {
            return Optional.of(
                    "the horizon of " + origin.described() + " is void (" + snapshot.horizonVoidBecause() + ")");
        }
        if (then.systemIdentifier() == null || server.systemIdentifier().isEmpty()) {
            return Optional.of("the server does not tell its system identifier");
        }
        if (!then.systemIdentifier().equals(server.systemIdentifier().get())) {
            return Optional.of("it is another server now (system identifier "
                    + server.systemIdentifier().get() + ", before " + then.systemIdentifier() + ")");
        }
        if (then.oid() != server.databaseOid()) {
            return Optional.of("the database was created anew");
        }
        if (then.timeline() == null || server.timeline().isEmpty()) {
            return Optional.of("the server does not tell its timeline");
        }
        if (then.timeline() != server.timeline().getAsInt()) {
            return Optional.of("the server's timeline changed from " + then.timeline() + " to "
                    + server.timeline().getAsInt() + ", as in a failover or a recovery");
        }
        if (!server.postmasterStart().equals(then.serverStartedAt())) {
            return Optional.of("the server was started anew since");
        }
        if (snapshot.lsn() == null || lsn.isEmpty()) {
            return Optional.of("the server does not tell how far its log has come");
        }
        if (Horizon.position(lsn.get()) < Horizon.position(snapshot.lsn())) {
            return Optional.of(
                    "the server's log is behind where it was (" + lsn.get() + ", before " + snapshot.lsn() + ")");
        }
        if (tooOld(snapshot.horizon(), nextTransaction)) {
            return Optional.of("more than a thousand million transactions have passed since");
        }
        return Optional.empty();
    }

    /** Why a table's rows may have changed without any of them being young. */
    static Optional<String> reasonAgainst(Manifest.TableEntry then, Table now) {
        if (then.filenode() == null || then.filenode() != now.filenode()) {
            return Optional.of("it was truncated or rewritten");
        }
        if (now.fingerprint().isEmpty() || then.fingerprint() == null) {
            return Optional.of("it has columns that show names of other objects, which may change without it");
        }
        if (!then.fingerprint().equals(now.fingerprint().get())) {
            return Optional.of("its definition, that of a type it uses, an extension or the server's version changed");
        }
        return Optional.empty();
    }

    static boolean tooOld(long horizon, long nextTransaction) {
        return nextTransaction - horizon >= Manifest.SnapshotFacts.HORIZON_REACH || nextTransaction < horizon;
    }
}
