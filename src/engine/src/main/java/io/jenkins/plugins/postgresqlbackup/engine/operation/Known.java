package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;

/**
 * A block range that an earlier run holds, and how it is found out whether it is still so.
 *
 * @param range as it would be reused
 * @param origin whose range it is
 * @param check how to find out
 * @param prove whether its digest is to be proven anew, though it be unchanged
 */
record Known(Manifest.Range range, Origin origin, Check check, boolean prove) {
    enum Check {
        /** By transaction ids: no row is young, and there are as many as there were. */
        HORIZON,
        /** The database computes the digest. */
        DIGEST
    }

    Known proven() {
        return new Known(range, origin, check, true);
    }
}
