package io.jenkins.plugins.postgresqlbackup.engine.health;

import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.SlotFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Whether there will be a key when one is needed. */
final class KeyRules {
    /** Whoever has just printed a key has some days to prove it. */
    private static final Duration TO_PROVE = Duration.ofDays(3);

    private static final String FULL = "full";
    private static final String RECOVERY = "recovery";

    private final KnownRepository repository;
    private final List<Finding> found = new ArrayList<>();

    KeyRules(KnownRepository repository) {
        this.repository = repository;
    }

    List<Finding> findings() {
        repository.facts().ifPresent(facts -> {
            List<SlotFacts> current = facts.slots().stream()
                    .filter(slot -> slot.generation() >= facts.newestGeneration())
                    .toList();
            kinds(current);
            generations(facts);
            unproven(current);
        });
        return found;
    }

    private void kinds(List<SlotFacts> current) {
        boolean full = holds(current, FULL);
        boolean recovery = holds(current, RECOVERY);
        if (!full && !recovery) {
            slots(
                    Severity.ERROR,
                    "none",
                    "No full and no recovery key opens " + repository.name()
                            + ", so nobody could restore what is saved from now on.",
                    "Put back a slot from a copy of the storage, or create a new repository with keys that are kept, and take a"
                            + " full backup there.");
        } else if (!full) {
            slots(
                    Severity.WARNING,
                    FULL,
                    "Only the recovery key opens " + repository.name()
                            + " to restore or to prune; there is no full key.",
                    "Add one with the recovery key: `pgbackup key add --kind full`.");
        } else if (!recovery) {
            slots(
                    Severity.WARNING,
                    RECOVERY,
                    "There is no recovery key for " + repository.name()
                            + ", so its backups are lost with the keys that are in use.",
                    "Make one with a full key and print it: `pgbackup key add --kind recovery`.");
        }
    }

    private void generations(RepositoryFacts facts) {
        List<SlotFacts> old = facts.slots().stream()
                .filter(slot -> slot.generation() < facts.newestGeneration())
                .toList();
        old.stream()
                .filter(SlotFacts::own)
                .findFirst()
                .ifPresent(own -> slots(
                        Severity.ERROR,
                        "own",
                        "The key that is used for " + repository.name() + " («" + own.label() + "») is of generation "
                                + own.generation() + ", and the newest is " + facts.newestGeneration()
                                + ": backups are refused with it.",
                        "Add a slot for it with a key of the newest generation, or use another key."));
        List<SlotFacts> others = old.stream().filter(slot -> !slot.own()).toList();
        if (!others.isEmpty()) {
            slots(
                    Severity.WARNING,
                    "old",
                    Words.count(others.size(), "key slot") + " of " + repository.name() + " ("
                            + Words.some(others.stream().map(SlotFacts::label).toList()) + ") "
                            + Words.verb(others.size(), "is", "are") + " of an older generation than "
                            + facts.newestGeneration() + ": the keys were replaced, and "
                            + Words.verb(others.size(), "this was", "these were") + " left.",
                    "Remove them with `pgbackup key remove`, and add their holders anew if they are still wanted.");
        }
    }

    private void slots(Severity severity, String detail, String message, String advice) {
        found.add(repository.finding(Rule.KEY_SLOTS, severity, detail, message, advice, repository.seenAt()));
    }

    private void unproven(List<SlotFacts> current) {
        Instant limit = repository.now().minus(TO_PROVE);
        List<SlotFacts> unproven = current.stream()
                .filter(slot -> slot.kind().equals(RECOVERY) && slot.provenAt() == null)
                .sorted(Comparator.comparing(SlotFacts::createdAt))
                .toList();
        if (unproven.isEmpty() || !unproven.get(0).createdAt().isBefore(limit)) {
            return;
        }
        SlotFacts oldest = unproven.get(0);
        found.add(repository.finding(
                Rule.RECOVERY_KEY_UNPROVEN,
                Severity.WARNING,
                "",
                "The recovery key of " + repository.name() + ", printed " + Words.at(oldest.createdAt())
                        + ", was never typed in, so nobody knows whether it is there and right"
                        + (unproven.size() > 1
                                ? " (" + unproven.stream().map(SlotFacts::id).collect(Collectors.joining(", ")) + ")"
                                : "")
                        + ".",
                "Take it out of its safe place and run `pgbackup key check --key prompt`; if it is lost, make another with"
                        + " `pgbackup key add --kind recovery` and remove this slot, " + oldest.id() + ".",
                oldest.createdAt()));
    }

    private static boolean holds(List<SlotFacts> slots, String kind) {
        return slots.stream().anyMatch(slot -> slot.kind().equals(kind));
    }
}
