package io.jenkins.plugins.postgresqlbackup.engine.health;

import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.DeletedFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.LeaseFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.PackFacts;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Whether a repository can be reached and holds what it should. */
final class RepositoryRules {
    private static final Duration PATIENCE = Duration.ofHours(1);

    /** More things of one kind than that are told together. */
    private static final int MOST_ALONE = 5;

    private static final int LARGE_SHARE = 10;

    private final KnownRepository repository;
    private final List<Finding> found = new ArrayList<>();

    RepositoryRules(KnownRepository repository) {
        this.repository = repository;
    }

    List<Finding> findings() {
        if (repository.look().problem() != null) {
            unreachable();
        }
        repository.facts().ifPresent(facts -> {
            missingBackups(facts);
            unreadable(facts);
            missingPacks(facts);
            orphaned(facts);
            damaged(facts);
            leases(facts);
            clocks(facts);
        });
        return found;
    }

    private void unreachable() {
        Instant since = repository.look().failingSince() == null
                ? repository.now()
                : repository.look().failingSince();
        Duration time = Duration.between(since, repository.now());
        found.add(repository.finding(
                Rule.REPOSITORY_UNREACHABLE,
                time.compareTo(PATIENCE) >= 0 ? Severity.ERROR : Severity.WARNING,
                "",
                "The repository " + repository.name() + " cannot be looked at since " + Words.at(since) + " ("
                        + Words.time(time) + "): "
                        + Words.said(repository.look().problem()) + ".",
                "Backups, verifications and restores fail as long as that lasts: check the storage, its credentials and the"
                        + " network between.",
                since));
    }

    private void missingBackups(RepositoryFacts facts) {
        Set<String> deleted = facts.deleted().stream().map(DeletedFacts::backup).collect(Collectors.toSet());
        Map<String, String> missing = new TreeMap<>();
        facts.backups().forEach(backup -> {
            String previous = backup.previous();
            if (previous != null && !repository.holds(previous) && !deleted.contains(previous)) {
                missing.put(previous, "the backup " + backup.id() + " was made after it");
            }
        });
        Set<String> fresh = fresh();
        Set<String> outlived = new RetentionRules(repository).outlived(repository.expected());
        repository.expected().stream()
                .filter(backup -> !repository.holds(backup)
                        && !deleted.contains(backup)
                        && !fresh.contains(backup)
                        && !outlived.contains(backup))
                .forEach(backup -> missing.put(backup, "it is known to have been made"));
        tell(
                Rule.BACKUP_MISSING,
                missing,
                (backup, how) -> "The backup " + backup + " is gone from " + repository.name()
                        + " although nobody has deleted it here: " + how + ".",
                "are gone from " + repository.name() + " although nobody has deleted them here",
                "Look who deletes in the storage besides (life-cycle rules, clean-up scripts, people), get the object"
                        + " back from its versions or copies if there are any, and take a full backup.");
    }

    /** Those that may have been made since the repository was looked at. */
    private Set<String> fresh() {
        Instant seen = repository.seenAt().minus(KnownRepository.LOOK);
        return repository.operations().stream()
                .filter(operation -> operation.finishedAt().isAfter(seen))
                .map(OperationFacts::backup)
                .collect(Collectors.toSet());
    }

    private void unreadable(RepositoryFacts facts) {
        tell(
                Rule.MANIFEST_DAMAGED,
                facts.unreadable(),
                (backup, why) -> "The manifest of backup " + backup + " in " + repository.name()
                        + " cannot be read, so the backup cannot be restored: " + Words.said(why) + ".",
                "in " + repository.name() + " cannot be read and restored, since their manifests are damaged",
                "Get the object back from its versions or copies if there are any; until it can be read or is removed, a"
                        + " prune deletes no pack.");
    }

    private void tell(
            Rule rule,
            Map<String, String> backups,
            BiFunction<String, String, String> one,
            String many,
            String advice) {
        if (backups.size() <= MOST_ALONE) {
            new TreeMap<>(backups)
                    .forEach((backup, why) -> found.add(repository.finding(
                            rule, Severity.ERROR, backup, one.apply(backup, why), advice, repository.seenAt())));
            return;
        }
        found.add(repository.finding(
                rule,
                Severity.ERROR,
                "",
                Words.count(backups.size(), "backup") + " (" + Words.some(new TreeSet<>(backups.keySet())) + ") " + many
                        + ".",
                advice,
                repository.seenAt()));
    }

    private void missingPacks(RepositoryFacts facts) {
        Set<String> packs = new TreeSet<>();
        List<BackupFacts> backups = new ArrayList<>();
        for (BackupFacts backup : facts.backups()) {
            List<String> missing = repository.missingOf(backup);
            if (!missing.isEmpty()) {
                packs.addAll(missing);
                backups.add(backup);
            }
        }
        if (packs.isEmpty()) {
            return;
        }
        BackupFacts newest = backups.get(backups.size() - 1);
        found.add(repository.finding(
                Rule.PACK_MISSING,
                Severity.ERROR,
                "",
                Words.count(packs.size(), "pack") + " (" + Words.some(packs) + ") "
                        + Words.verb(packs.size(), "is", "are") + " gone from " + repository.name() + ", which "
                        + Words.count(backups.size(), "backup") + " " + Words.verb(backups.size(), "needs", "need")
                        + ", the newest of them " + newest.id() + " of " + newest.database() + ".",
                "Take a backup now: it reads anew what was lost; then look who deletes in the storage besides, and run"
                        + " `pgbackup verify " + newest.id() + "` to see what is lost of the older ones.",
                repository.seenAt()));
    }

    /** One that nothing names may still serve a backup that is being taken, and a prune deletes it at last. */
    private void orphaned(RepositoryFacts facts) {
        if (!facts.unreadable().isEmpty()) {
            return; // nobody knows what those name
        }
        Set<String> named = new HashSet<>();
        facts.backups().forEach(backup -> named.addAll(backup.packs()));
        Map<String, Instant> released = new HashMap<>();
        Instant anyReleased = Instant.MIN;
        for (DeletedFacts deleted : facts.deleted()) {
            Instant at = deleted.at() == null ? Instant.MAX : deleted.at();
            if (deleted.packs() == null) {
                anyReleased = later(anyReleased, at);
            } else {
                deleted.packs().forEach(pack -> released.merge(pack, at, RepositoryRules::later));
            }
        }
        Instant limit = repository.storeNow().minus(repository.thresholds().orphanedAfter());
        List<PackFacts> orphans = new ArrayList<>();
        Instant since = Instant.MAX;
        for (PackFacts pack : facts.packs()) {
            Instant free = later(later(pack.writtenAt(), released.getOrDefault(pack.name(), Instant.MIN)), anyReleased);
            if (!named.contains(pack.name()) && free.isBefore(limit) && !isOfUnfinished(facts, pack)) {
                orphans.add(pack);
                since = free.isBefore(since) ? free : since;
            }
        }
        if (orphans.isEmpty()) {
            return;
        }
        long bytes = orphans.stream().mapToLong(PackFacts::bytes).sum();
        found.add(repository.finding(
                Rule.PACKS_ORPHANED,
                bytes > facts.bytes() / LARGE_SHARE ? Severity.WARNING : Severity.INFO,
                "",
                Words.count(orphans.size(), "pack") + " in " + repository.name() + " with " + Words.bytes(bytes)
                        + " " + Words.verb(orphans.size(), "serves", "serve") + " no backup and should have been"
                        + " deleted, the oldest since " + Words.at(since) + ".",
                "Prune the repository with a full key: that deletes them.",
                since));
    }

    /** What a run has left that died serves the next, but not for ever. */
    private boolean isOfUnfinished(RepositoryFacts facts, PackFacts pack) {
        Instant limit = repository.storeNow().minus(repository.thresholds().orphanedAfter());
        return facts.unfinished().stream()
                .filter(backup -> pack.name().startsWith("packs/" + backup + "/"))
                .flatMap(backup -> BackupId.parse(backup).flatMap(BackupId::second).stream())
                .anyMatch(begun -> !begun.isBefore(limit));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private void damaged(RepositoryFacts facts) {
        if (!facts.damage().isEmpty()) {
            found.add(repository.finding(
                    Rule.REPOSITORY_DAMAGED,
                    Severity.WARNING,
                    "",
                    "In " + repository.name() + " " + Words.count(facts.damage().size(), "thing")
                            + " " + Words.verb(facts.damage().size(), "is", "are") + " not as written: "
                            + facts.damage().stream()
                                    .limit(MOST_ALONE)
                                    .map(Words::said)
                                    .collect(Collectors.joining("; "))
                            + ".",
                    "Look who writes in the storage besides; `pgbackup key add` puts back what was lost of the keys.",
                    repository.seenAt()));
        }
    }

    private void leases(RepositoryFacts facts) {
        Instant limit = repository.storeNow().minus(repository.thresholds().endlessAfter());
        for (LeaseFacts lease : facts.leases()) {
            if (!lease.beganAt().isBefore(limit)) {
                continue;
            }
            String what = "The " + lease.what() + " by " + lease.who();
            Duration time = Duration.between(lease.beganAt(), repository.storeNow());
            found.add(repository.finding(
                    Rule.LEASE_ENDLESS,
                    lease.alive() ? Severity.WARNING : Severity.INFO,
                    lease.id(),
                    lease.alive()
                            ? what + " in " + repository.name() + " has been going on for " + Words.time(time)
                                    + ", longer than "
                                    + Words.time(repository.thresholds().endlessAfter()) + "."
                            : what + " in " + repository.name() + ", begun " + Words.at(lease.beganAt())
                                    + ", went without a word at " + Words.at(lease.renewedAt()) + ".",
                    lease.alive()
                            ? "See whether it hangs, and stop it: what takes so long does not count as a backup, and what it"
                                    + " has stored serves the next."
                            : "See whether that machine died or lost the storage; a prune clears away what is left.",
                    lease.alive() ? lease.beganAt().plus(repository.thresholds().endlessAfter()) : lease.renewedAt()));
        }
    }

    private void clocks(RepositoryFacts facts) {
        Duration limit = repository.thresholds().clockSkew();
        if (facts.storeTime() != null) {
            Duration skew = Duration.between(facts.clockTime(), facts.storeTime());
            if (skew.abs().compareTo(limit) > 0) {
                found.add(repository.finding(
                        Rule.CLOCK_SKEW,
                        Severity.WARNING,
                        "storage",
                        "The clock of the storage of " + repository.name() + " is " + Words.time(skew.abs())
                                + (skew.isNegative() ? " behind" : " ahead of")
                                + " that of the machine that looked.",
                        "Set the clocks by NTP: retention and the age of backups are judged by them.",
                        repository.seenAt()));
            }
        }
        List<BackupFacts> future =
                facts.backups().stream().filter(repository::isFromTheFuture).toList();
        if (!future.isEmpty()) {
            BackupFacts last = future.get(future.size() - 1);
            found.add(repository.finding(
                    Rule.CLOCK_SKEW,
                    Severity.WARNING,
                    "future",
                    Words.count(future.size(), "backup") + " in " + repository.name() + " "
                            + Words.verb(future.size(), "is", "are") + " dated in the future, such as " + last.id()
                            + " of " + Words.at(last.moment()) + ".",
                    "Set the clocks by NTP: such backups are neither counted nor deleted until their time has come.",
                    repository.seenAt()));
        }
    }
}
