package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.util.HexFormat;

/** Row digests, to and from the form that manifests have them in. */
final class Digests {
    private Digests() {}

    static RowDigest parse(Manifest.Digest digest) {
        return new RowDigest(digest.rows(), HexFormat.fromHexDigitsToLong(digest.sum()));
    }

    static Manifest.Digest text(RowDigest digest) {
        return new Manifest.Digest(digest.count(), HexFormat.of().toHexDigits(digest.sum()));
    }
}
