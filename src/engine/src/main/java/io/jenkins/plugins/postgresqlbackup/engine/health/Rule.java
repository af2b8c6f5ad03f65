package io.jenkins.plugins.postgresqlbackup.engine.health;

/** What is looked after. The code is part of a finding's identity and of settings: it never changes. */
public enum Rule {
    OPERATION_FAILED("operation-failed"),
    BACKUP_OVERDUE("backup-overdue"),
    VERIFICATION_OVERDUE("verification-overdue"),
    VERIFICATION_FAILED("verification-failed"),
    DRILL_OVERDUE("drill-overdue"),
    RECOVERY_KEY_UNPROVEN("recovery-key-unproven"),
    SAME_PROJECT("same-project"),
    STORAGE_FULL("storage-full"),
    STORAGE_SETTINGS("storage-settings"),
    RETENTION_OVERDUE("retention-overdue"),
    TOO_FEW_BACKUPS("too-few-backups"),
    EMPTY_BACKUP("empty-backup"),
    UNUSUAL_SIZE("unusual-size"),
    UNUSUAL_ROWS("unusual-rows"),
    UNUSUAL_DURATION("unusual-duration"),
    BACKUP_MISSING("backup-missing"),
    MANIFEST_DAMAGED("manifest-damaged"),
    PACK_MISSING("pack-missing"),
    PACKS_ORPHANED("packs-orphaned"),
    REPOSITORY_DAMAGED("repository-damaged"),
    LEASE_ENDLESS("lease-endless"),
    KEY_SLOTS("key-slots"),
    CLOCK_SKEW("clock-skew"),
    HORIZON_OLD("horizon-old"),
    CONNECTIONS_SCARCE("connections-scarce"),
    CLIENT_PROGRAMS("client-programs"),
    REPOSITORY_UNREACHABLE("repository-unreachable"),
    DATABASE_UNREACHABLE("database-unreachable"),
    JOB_MISSING("job-missing"),
    MONITOR_STALLED("monitor-stalled"),
    ALERT_UNDELIVERED("alert-undelivered");

    private final String code;

    Rule(String code) {
        this.code = code;
    }

    /** Such as {@code backup-overdue}. */
    public String code() {
        return code;
    }
}
