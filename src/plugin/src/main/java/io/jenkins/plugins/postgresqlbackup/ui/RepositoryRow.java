package io.jenkins.plugins.postgresqlbackup.ui;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RetentionSettings;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositorySituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.engine.health.Thresholds;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** How one repository stands, looked up once. */
@ExportedBean(defaultVisibility = 2)
public final class RepositoryRow {
    private static final int WHOLE = 100;

    private final RepositoryEntry entry;
    private final Catalogue catalogue;
    private final Optional<RepositorySituation> situation;
    private final Look<RepositoryFacts> look;
    private final List<Finding> findings;

    RepositoryRow(RepositoryEntry entry, Catalogue catalogue) {
        this.entry = entry;
        this.catalogue = catalogue;
        this.situation = catalogue.status().situation().repository(entry.getName());
        this.look = situation.map(RepositorySituation::look).orElseGet(Look::none);
        this.findings = catalogue.status().findingsOf(entry.getName());
    }

    @Exported
    public String getName() {
        return entry.getName();
    }

    /** Below the page of this plugin. */
    @Exported
    public String getUrl() {
        return "repository/" + entry.getName() + "/";
    }

    /** Where it is. */
    public String getPlace() {
        return entry.getUrl();
    }

    public RetentionSettings getRetention() {
        return entry.getRetention();
    }

    /** Not found bad since; null if there is none. */
    @CheckForNull
    public RestorePoint getLastBackup() {
        return catalogue.inRepository(entry.getName()).stream()
                .filter(point -> !point.isBad())
                .findFirst()
                .orElse(null);
    }

    /** How many backups are in it, as far as is known. */
    @Exported
    public int getBackups() {
        return catalogue.inRepository(entry.getName()).size();
    }

    /** How many backups are in it, for people. */
    public String getBackupsText() {
        return Messages.Pages_backups(getBackups());
    }

    /** Whether something succeeded in it, or was seen in it, so that it need not be created. */
    public boolean isUsed() {
        return look.known().isPresent() || catalogue.past().isUsed(entry.getName());
    }

    /** When somebody last saw what is in it; null: never. */
    @CheckForNull
    public Moment getSeen() {
        return Moment.of(look.seenAt());
    }

    /** Null: never; else in milliseconds since 1970. */
    @CheckForNull
    @Exported(name = "seenAt")
    public Long getSeenMillis() {
        return RestorePoint.millis(look.seenAt());
    }

    /** Why nobody could look into it the last time; null: that worked. */
    @CheckForNull
    @Exported
    public String getProblem() {
        return look.problem();
    }

    /** How long that has not worked; null: it did. */
    @CheckForNull
    public Moment getFailingSince() {
        return Moment.of(look.failingSince());
    }

    @Exported
    public List<FindingRow> getFindings() {
        return FindingRow.of(findings);
    }

    /** The symbol that Jenkins shows a build with that stands as this repository does. */
    public String getIcon() {
        Optional<Severity> worst = findings.stream().map(Finding::severity).max(Severity::compareTo);
        if (worst.equals(Optional.of(Severity.ERROR))) {
            return "symbol-status-red";
        }
        if (worst.equals(Optional.of(Severity.WARNING)) || look.problem() != null) {
            return "symbol-status-yellow";
        }
        return isUsed() ? "symbol-status-blue" : "symbol-status-nobuilt";
    }

    /** How it stands, in a few words. */
    public String getVerdict() {
        Optional<Finding> worst = findings.stream()
                .filter(each -> each.severity() != Severity.INFO)
                .findFirst();
        if (worst.isPresent()) {
            return worst.get().message();
        }
        if (look.problem() != null) {
            return look.problem();
        }
        return isUsed() ? Messages.RepositoryRow_good() : Messages.RepositoryRow_unknown();
    }

    Optional<RepositoryFacts> facts() {
        return look.known();
    }

    /** Null if nobody has looked into it yet. */
    @CheckForNull
    @Exported
    public Long getBytes() {
        return facts().map(RepositoryFacts::bytes).orElse(null);
    }

    /** What all of its objects come to, for people; empty if nobody has looked into it yet. */
    public String getBytesText() {
        return facts().map(facts -> Amounts.bytes(facts.bytes())).orElse("");
    }

    /** Null if there is none. */
    @CheckForNull
    @Exported
    public Long getQuotaBytes() {
        OptionalLong quota = situation.map(each -> each.goals().quotaBytes()).orElseGet(OptionalLong::empty);
        return quota.isPresent() ? quota.getAsLong() : null;
    }

    public String getQuotaText() {
        Long quota = getQuotaBytes();
        return quota == null ? "" : Amounts.bytes(quota);
    }

    /** How much of the quota is used; null if there is none or nobody has looked into it yet. */
    @CheckForNull
    public Integer getQuotaPercent() {
        Long quota = getQuotaBytes();
        Long bytes = getBytes();
        return quota == null || bytes == null ? null : percent(bytes, quota);
    }

    /** Null where it lies on none that anybody knows of. */
    @CheckForNull
    @Exported
    public Long getDiskBytes() {
        return facts().map(RepositoryFacts::diskBytes).orElse(null);
    }

    @CheckForNull
    @Exported
    public Long getDiskFreeBytes() {
        return facts().map(RepositoryFacts::diskFreeBytes).orElse(null);
    }

    public String getDiskText() {
        Long disk = getDiskBytes();
        Long free = getDiskFreeBytes();
        return disk == null || free == null
                ? ""
                : Messages.RepositoryRow_disk(Amounts.bytes(free), Amounts.bytes(disk));
    }

    /** How much of the disk is used, by whomever; null where that is not known. */
    @CheckForNull
    public Integer getDiskPercent() {
        Long disk = getDiskBytes();
        Long free = getDiskFreeBytes();
        return disk == null || free == null ? null : percent(disk - free, disk);
    }

    private static int percent(long part, long whole) {
        return whole <= 0 ? WHOLE : (int) Math.max(0, Math.min(WHOLE, Math.round(100.0 * part / whole)));
    }

    /** From where on a quota or disk is warned of. */
    public int getWarningPercent() {
        return thresholds().storageWarningPercent();
    }

    /** From where on it is an error. */
    public int getErrorPercent() {
        return thresholds().storageErrorPercent();
    }

    private Thresholds thresholds() {
        return catalogue.status().situation().thresholds();
    }

    /** Packs that a prune deletes when their grace time is over, for people; empty for none. */
    public String getWaitingText() {
        return catalogue
                .use(entry.getName())
                .filter(use -> use.waiting() > 0)
                .map(use -> Messages.RepositoryRow_packs(use.waiting(), Amounts.bytes(use.waitingBytes())))
                .orElse("");
    }

    /** Packs that a prune should have deleted long ago, for people; empty for none. */
    public String getOrphanedText() {
        return catalogue
                .use(entry.getName())
                .filter(use -> use.orphaned() > 0)
                .map(use -> Messages.RepositoryRow_packs(use.orphaned(), Amounts.bytes(use.orphanedBytes())))
                .orElse("");
    }

    /** Backups that have left journals and no manifest: under way, or broken off. */
    public int getUnfinished() {
        return facts().map(facts -> facts.unfinished().size()).orElse(0);
    }

    /** Whether its key cannot tell which backups were verified. */
    public boolean isMarksUnknown() {
        return facts().map(RepositoryFacts::marksUnknown).orElse(false);
    }

    public List<SlotRow> getSlots() {
        return facts().map(facts -> facts.slots().stream().map(SlotRow::new).toList())
                .orElse(List.of());
    }

    /** Who is at work in it, or went without a word. */
    public List<LeaseRow> getLeases() {
        return facts().map(facts -> facts.leases().stream().map(LeaseRow::new).toList())
                .orElse(List.of());
    }

    /** A key slot. */
    public static final class SlotRow {
        private final RepositoryFacts.SlotFacts slot;

        private SlotRow(RepositoryFacts.SlotFacts slot) {
            this.slot = slot;
        }

        public String getKind() {
            return switch (slot.kind()) {
                case "full" -> Messages.RepositoryRow_fullSlot();
                case "write" -> Messages.RepositoryRow_writeSlot();
                case "recovery" -> Messages.RepositoryRow_recoverySlot();
                default -> slot.kind();
            };
        }

        public String getLabel() {
            return slot.label() == null ? "" : slot.label();
        }

        @CheckForNull
        public Moment getCreated() {
            return Moment.of(slot.createdAt());
        }

        @CheckForNull
        public Moment getProven() {
            return Moment.of(slot.provenAt());
        }

        /** Whether it is the one that was opened with. */
        public boolean isOwn() {
            return slot.own();
        }
    }

    /** Somebody at work. */
    public static final class LeaseRow {
        private final RepositoryFacts.LeaseFacts lease;

        private LeaseRow(RepositoryFacts.LeaseFacts lease) {
            this.lease = lease;
        }

        public String getWhat() {
            return lease.what();
        }

        public String getWho() {
            return lease.who();
        }

        @CheckForNull
        public Moment getBegan() {
            return Moment.of(lease.beganAt());
        }

        @CheckForNull
        public Moment getRenewed() {
            return Moment.of(lease.renewedAt());
        }

        public boolean isAlive() {
            return lease.alive();
        }
    }
}
