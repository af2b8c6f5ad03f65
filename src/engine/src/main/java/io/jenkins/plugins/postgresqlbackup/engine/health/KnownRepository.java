package io.jenkins.plugins.postgresqlbackup.engine.health;

import io.jenkins.plugins.postgresqlbackup.engine.health.OperationFacts.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the rules want to know of a repository, put together once for each look. */
final class KnownRepository {
    /** How long before its end a look may have begun: what came meanwhile it may or may not have seen. */
    static final Duration LOOK = Duration.ofMinutes(10);

    private final Situation situation;
    private final RepositorySituation repository;
    private final Set<String> packs = new HashSet<>();
    private final Set<String> ids = new HashSet<>();

    /** What verifications have found wrong, by backup. */
    private final Map<String, OperationFacts> bad = new HashMap<>();

    KnownRepository(Situation situation, RepositorySituation repository) {
        this.situation = situation;
        this.repository = repository;
        facts().ifPresent(facts -> {
            facts.packs().forEach(pack -> packs.add(pack.name()));
            facts.backups().forEach(backup -> ids.add(backup.id()));
            ids.addAll(facts.unreadable().keySet());
        });
        verdicts();
    }

    /** The verdict that counts is the last that found a backup bad or went into its content. */
    private void verdicts() {
        Set<String> judged = new HashSet<>();
        operations().stream()
                .filter(operation -> isVerification(operation.kind())
                        && !operation.stopped()
                        && !operation.backup().isEmpty()
                        && !(operation.succeeded() && operation.kind() == Kind.VERIFY_STRUCTURE))
                .sorted(Comparator.comparing(OperationFacts::finishedAt).reversed())
                .forEach(operation -> {
                    if (judged.add(operation.backup()) && !operation.succeeded() && !markedSince(operation)) {
                        bad.put(operation.backup(), operation);
                    }
                });
    }

    /** Whether somebody else has found it good meanwhile. */
    private boolean markedSince(OperationFacts operation) {
        return facts().map(facts -> facts.verified().get(operation.backup()))
                .filter(at -> at.isAfter(operation.finishedAt()))
                .isPresent();
    }

    static boolean isVerification(Kind kind) {
        return kind == Kind.VERIFY_STRUCTURE || kind == Kind.VERIFY_CONTENT || kind == Kind.DRILL;
    }

    Situation situation() {
        return situation;
    }

    String name() {
        return repository.name();
    }

    RepositoryGoals goals() {
        return repository.goals();
    }

    Look<RepositoryFacts> look() {
        return repository.look();
    }

    Set<String> expected() {
        return repository.expected();
    }

    Thresholds thresholds() {
        return situation.thresholds();
    }

    Instant now() {
        return situation.now();
    }

    Optional<RepositoryFacts> facts() {
        return repository.look().known();
    }

    /** When it was last seen; never later than now. */
    Instant seenAt() {
        Instant seen = repository.look().seenAt();
        return seen == null || seen.isAfter(now()) ? now() : seen;
    }

    /** What the store's clock says now, as far as it is known. */
    Instant storeNow() {
        return facts().map(RepositoryFacts::storeTime)
                .map(time -> time.plus(Duration.between(seenAt(), now())))
                .orElse(now());
    }

    /** The operations of all databases in this repository. */
    List<OperationFacts> operations() {
        return situation.databases().stream()
                .flatMap(database -> database.operations().stream())
                .filter(operation -> operation.repository().equals(name()))
                .toList();
    }

    /** A database's backups that can be read, the oldest first. */
    List<BackupFacts> backupsOf(String database) {
        List<BackupFacts> backups = new ArrayList<>();
        facts().ifPresent(facts -> facts.backups().stream()
                .filter(backup -> backup.isOf(database))
                .sorted(Comparator.comparing(BackupFacts::moment).thenComparing(BackupFacts::id))
                .forEach(backups::add));
        return backups;
    }

    /** Whether there is a manifest, readable or not. */
    boolean holds(String backup) {
        return ids.contains(backup);
    }

    boolean isWhole(BackupFacts backup) {
        return packs.containsAll(backup.packs());
    }

    /** The packs that a backup needs and that are gone. */
    List<String> missingOf(BackupFacts backup) {
        return backup.packs().stream().filter(pack -> !packs.contains(pack)).toList();
    }

    /** What a verification found wrong with a backup, unless a later one found it good. */
    Optional<OperationFacts> foundBad(String backup) {
        return Optional.ofNullable(bad.get(backup));
    }

    boolean isGood(BackupFacts backup) {
        return isWhole(backup) && foundBad(backup.id()).isEmpty();
    }

    /** Whether its time lies so far in the future that a clock must be wrong. */
    boolean isFromTheFuture(BackupFacts backup) {
        return backup.moment().isAfter(storeNow().plus(thresholds().clockSkew()));
    }

    Finding finding(Rule rule, Severity severity, String detail, String message, String advice, Instant since) {
        return new Finding(rule, severity, name(), detail, message, advice, since.isAfter(now()) ? now() : since);
    }
}
