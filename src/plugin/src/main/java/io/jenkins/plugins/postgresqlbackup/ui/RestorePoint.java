package io.jenkins.plugins.postgresqlbackup.ui;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One backup that can be restored, as far as anybody knows: what its manifest says, else what the operation said that made it. Immutable. */
@ExportedBean(defaultVisibility = 3)
public final class RestorePoint {
    private final String repository;
    private final String database;
    private final BackupFacts facts;
    private final OperationRecord maker;
    private final Instant takenAt;
    private final Proof proof;

    /**
     * What is known of how good it is.
     *
     * @param verifiedAt when its content was last verified, or more; null: never, as far as is known
     * @param drilledAt when it was last restored for trial; null: never, as far as is known
     * @param objection why the last verification found it bad; null: it did not
     * @param pin why somebody pinned it; null: nobody did
     */
    record Proof(Instant verifiedAt, Instant drilledAt, String objection, String pin) {
        static final Proof NONE = new Proof(null, null, null, null);
    }

    /**
     * @param database the entry it was taken for, else the database's own name
     * @param facts null: the last look at the repository was before it was there
     * @param maker null: this Jenkins does not know who made it
     */
    RestorePoint(
            String repository,
            String database,
            @CheckForNull BackupFacts facts,
            @CheckForNull OperationRecord maker,
            Proof proof) {
        this.repository = repository;
        this.database = database;
        this.facts = facts;
        this.maker = maker;
        this.takenAt = facts == null ? Instant.ofEpochMilli(maker.getStartedAt()) : facts.moment();
        this.proof = proof;
    }

    @Exported
    public String getRepository() {
        return repository;
    }

    @Exported
    public String getId() {
        return facts == null ? maker.getBackup() : facts.id();
    }

    /** The entry it was taken for, else the database's own name. */
    @Exported
    public String getDatabase() {
        return database;
    }

    /** {@code full} or {@code incremental}. */
    @Exported
    public String getKind() {
        boolean full = facts == null ? maker.getKind() == OperationKind.FULL : facts.full();
        return full ? "full" : "incremental";
    }

    public String getKindName() {
        return isFull() ? Messages.OperationKind_full() : Messages.OperationKind_incremental();
    }

    public boolean isFull() {
        return getKind().equals("full");
    }

    /** The backup that an incremental one was compared with; null for a full one. */
    @CheckForNull
    @Exported
    public String getParent() {
        return facts == null ? emptyToNull(maker.getParent()) : facts.parent();
    }

    @CheckForNull
    private static String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** The moment it shows, in milliseconds since 1970. */
    @Exported(name = "takenAt")
    public long getTakenMillis() {
        return takenAt.toEpochMilli();
    }

    Instant takenAt() {
        return takenAt;
    }

    /** The moment it shows. */
    public Moment getTaken() {
        return Moment.of(takenAt);
    }

    @Exported
    public long getDurationMillis() {
        return facts == null
                ? Math.max(0, maker.getFinishedAt() - maker.getStartedAt())
                : Math.max(0, facts.duration().toMillis());
    }

    public String getDurationText() {
        return Amounts.duration(Duration.ofMillis(getDurationMillis()));
    }

    @Exported
    public long getTables() {
        return facts == null ? maker.getTables() : facts.tables();
    }

    @Exported
    public long getRows() {
        return facts == null ? maker.getRows() : facts.rows();
    }

    public String getRowsText() {
        return Amounts.count(getRows());
    }

    /** Of everything in it, however much earlier backups had stored. */
    @Exported
    public long getRawBytes() {
        return facts == null ? maker.getRawBytes() : facts.rawBytes();
    }

    public String getRawText() {
        return Amounts.bytes(getRawBytes());
    }

    /** What it added to the storage. */
    @Exported
    public long getStoredBytes() {
        return facts == null ? maker.getStoredBytes() : facts.storedBytes();
    }

    public String getStoredText() {
        return Amounts.bytes(getStoredBytes());
    }

    /** Null if it was not, as far as is known. */
    @CheckForNull
    public Moment getVerified() {
        return Moment.of(proof.verifiedAt());
    }

    /** Null if it was not, as far as is known; else in milliseconds since 1970. */
    @CheckForNull
    @Exported(name = "verifiedAt")
    public Long getVerifiedMillis() {
        return millis(proof.verifiedAt());
    }

    /** Null if it was not, as far as is known. */
    @CheckForNull
    public Moment getDrilled() {
        return Moment.of(proof.drilledAt());
    }

    /** Null if it was not, as far as is known; else in milliseconds since 1970. */
    @CheckForNull
    @Exported(name = "drilledAt")
    public Long getDrilledMillis() {
        return millis(proof.drilledAt());
    }

    @CheckForNull
    static Long millis(@CheckForNull Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }

    /** Whether its last verification found it bad. */
    @Exported
    public boolean isBad() {
        return proof.objection() != null;
    }

    /** Why it is bad; null if it is not. */
    @CheckForNull
    public String getObjection() {
        return proof.objection();
    }

    @Exported
    public boolean isPinned() {
        return proof.pin() != null;
    }

    /** Why it is pinned; empty if nobody said; null if it is not. */
    @CheckForNull
    public String getPin() {
        return proof.pin();
    }

    /** How good it is, in a few words. */
    public String getVerdict() {
        if (isBad()) {
            return Messages.RestorePoint_bad();
        }
        if (proof.drilledAt() != null) {
            return Messages.RestorePoint_drilled();
        }
        return proof.verifiedAt() != null ? Messages.RestorePoint_verified() : Messages.RestorePoint_unverified();
    }

    /** The symbol that Jenkins shows a build with that is as good. */
    public String getIcon() {
        if (isBad()) {
            return "symbol-status-red";
        }
        return proof.verifiedAt() == null && proof.drilledAt() == null ? "symbol-status-nobuilt" : "symbol-status-blue";
    }

    /** Below the page of this plugin. */
    @Exported
    public String getUrl() {
        return "repository/" + repository + "/backup/" + getId() + "/";
    }

    /** What its manifest says; empty if nobody has read that yet. */
    Optional<BackupFacts> facts() {
        return Optional.ofNullable(facts);
    }

    /** The operation that made it; empty if this Jenkins does not know it. */
    Optional<OperationRecord> maker() {
        return Optional.ofNullable(maker);
    }

    Optional<Instant> verifiedAt() {
        return Optional.ofNullable(proof.verifiedAt());
    }

    Optional<Instant> drilledAt() {
        return Optional.ofNullable(proof.drilledAt());
    }
}
