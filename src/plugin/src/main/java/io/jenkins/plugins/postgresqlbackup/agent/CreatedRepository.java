package io.jenkins.plugins.postgresqlbackup.agent;

import java.io.Serializable;

/** A repository that was just created. The recovery key is to be shown once and kept nowhere. */
public final class CreatedRepository implements Serializable {
    private static final long serialVersionUID = 1;

    private final Hidden recoveryKey;
    private final String fingerprint;
    private final String place;

    CreatedRepository(String recoveryKey, String fingerprint, String place) {
        this.recoveryKey = Hidden.of(recoveryKey);
        this.fingerprint = fingerprint;
        this.place = place;
    }

    public String getRecoveryKey() {
        return new String(recoveryKey.chars());
    }

    public String getFingerprint() {
        return fingerprint;
    }

    /** Where it is, for people. */
    public String getPlace() {
        return place;
    }
}
