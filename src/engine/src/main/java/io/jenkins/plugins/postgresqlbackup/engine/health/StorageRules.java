package io.jenkins.plugins.postgresqlbackup.engine.health;

import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.PackFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Whether the storage will go on taking and keeping backups. */
final class StorageRules {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final long FAR = 365;

    private final KnownRepository repository;
    private final List<Finding> found = new ArrayList<>();

    StorageRules(KnownRepository repository) {
        this.repository = repository;
    }

    List<Finding> findings() {
        repository.facts().ifPresent(facts -> {
            repository.goals().quotaBytes().ifPresent(quota -> full(facts, "quota", "its quota", facts.bytes(), quota));
            if (facts.diskBytes() != null && facts.diskFreeBytes() != null) {
                full(facts, "disk", "its disk", facts.diskBytes() - facts.diskFreeBytes(), facts.diskBytes());
            }
            settings(facts);
        });
        return found;
    }

    private void full(RepositoryFacts facts, String detail, String what, long used, long all) {
        int warning = repository.thresholds().storageWarningPercent();
        int error = repository.thresholds().storageErrorPercent();
        double percent = all <= 0 ? 100 : 100.0 * used / all;
        if (percent < Math.min(warning, error)) {
            return;
        }
        found.add(repository.finding(
                Rule.STORAGE_FULL,
                percent >= error ? Severity.ERROR : Severity.WARNING,
                detail,
                "The repository " + repository.name() + " has used " + Words.bytes(used) + " of the " + Words.bytes(all)
                        + " of " + what + ", " + (long) Math.floor(percent) + " %" + forecast(facts, all - used) + ".",
                "Make room before backups fail: prune, keep fewer backups, or enlarge the storage.",
                since(facts, used - (long) (Math.min(warning, error) / 100.0 * all))));
    }

    /** When it will be full if it goes on as in the last week. */
    private String forecast(RepositoryFacts facts, long left) {
        Instant begin = repository.storeNow().minus(WEEK);
        long growth = facts.packs().stream()
                .filter(pack -> pack.writtenAt().isAfter(begin))
                .mapToLong(PackFacts::bytes)
                .sum();
        if (growth <= 0 || left <= 0) {
            return "";
        }
        long days = (long) ((double) left / growth * WEEK.toDays());
        return days > FAR ? "" : ", and at last week's pace will be full in " + Words.count(days, "day");
    }

    /** When the newest packs that make up what is too much began to be written. */
    private Instant since(RepositoryFacts facts, long tooMuch) {
        long sum = 0;
        for (PackFacts pack : facts.packs().stream()
                .sorted(Comparator.comparing(PackFacts::writtenAt).reversed())
                .toList()) {
            sum += pack.bytes();
            if (sum >= tooMuch) {
                return pack.writtenAt();
            }
        }
        return repository.seenAt();
    }

    private void settings(RepositoryFacts facts) {
        if (!facts.warnings().isEmpty()) {
            found.add(repository.finding(
                    Rule.STORAGE_SETTINGS,
                    Severity.WARNING,
                    "",
                    "The settings of the storage of " + repository.name() + " would harm backups: "
                            + facts.warnings().stream().map(Words::said).collect(Collectors.joining("; ")) + ".",
                    "Change the storage's settings: only a prune may delete what lies in a repository.",
                    repository.seenAt()));
        }
    }
}
