package io.jenkins.plugins.postgresqlbackup.engine.repository;

/** The names of a repository's objects; see {@code docs/format.md}. */
final class Layout {
    static final String REPOSITORY = "repository.json";
    static final String KEYS = "keys/";
    static final String MANIFESTS = "manifests/";
    static final String PACKS = "packs/";
    static final String JOURNALS = "journals/";
    static final String TOMBSTONES = "tombstones/";
    static final String PROOFS = "proofs/";
    static final String LEASES = "leases/";
    static final String VERIFICATIONS = "verifications/";
    static final String PINS = "pins/";

    private Layout() {}

    static String manifest(BackupId id) {
        return MANIFESTS + id;
    }

    static String slot(String id) {
        return KEYS + id;
    }

    static String proof(String slotId) {
        return PROOFS + slotId;
    }

    static String lease(String id, long number) {
        return LEASES + id + "/" + number;
    }

    static String verification(BackupId id, long number) {
        return VERIFICATIONS + id + "/" + number;
    }

    static String pin(BackupId id) {
        return PINS + id;
    }

    /** That a backup's manifest is about to be deleted. */
    static String deletionBegun(BackupId id) {
        return TOMBSTONES + id + "/begun";
    }
}
