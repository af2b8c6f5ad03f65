package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.util.Locale;

/** How much a verification proves; each level includes the ones before it. */
public enum VerificationLevel {
    /** The manifest is authentic and each pack it names is there with the right size. Needs no private key. */
    STRUCTURE,
    /** Every blob opens, every row is counted and every digest agrees. */
    CONTENT,
    /** A drill: restored into a scratch database, and every table there compared with the source's digests. */
    RESTORE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
