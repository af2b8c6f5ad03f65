package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseSituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.GoodBackup;
import io.jenkins.plugins.postgresqlbackup.engine.health.HealthRules;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a check found.
 *
 * @param at when it was made
 * @param repository where, for people
 * @param findings the worst first
 * @param facts what was seen in the repository; empty if there is none
 */
record Checked(
        Instant at,
        String repository,
        List<Finding> findings,
        List<OfDatabase> databases,
        Optional<RepositoryFacts> facts,
        OptionalLong quota) {
    /**
     * How one database fares.
     *
     * @param good its newest good backup
     * @param age how old that is
     * @param newest its newest backup, good or not
     */
    record OfDatabase(
            String name,
            int backups,
            Optional<GoodBackup> good,
            Optional<Duration> age,
            Optional<BackupFacts> newest) {}

    /** A check of one repository that could be looked at. */
    static Checked of(Situation situation) {
        var only = situation.repositories().get(0);
        List<Optional<GoodBackup>> good = HealthRules.newestGood(situation);
        List<OfDatabase> databases = new ArrayList<>();
        for (int i = 0; i < good.size(); i++) {
            databases.add(ofDatabase(
                    situation,
                    situation.databases().get(i),
                    good.get(i),
                    only.look().known()));
        }
        return new Checked(
                situation.now(),
                only.name(),
                HealthRules.findings(situation),
                databases,
                only.look().known(),
                only.goals().quotaBytes());
    }

    /** A check that came no further than to one finding. */
    static Checked alone(Instant at, String repository, Finding finding) {
        return new Checked(at, repository, List.of(finding), List.of(), Optional.empty(), OptionalLong.empty());
    }

    private static OfDatabase ofDatabase(
            Situation situation,
            DatabaseSituation database,
            Optional<GoodBackup> good,
            Optional<RepositoryFacts> facts) {
        List<BackupFacts> backups = facts.map(RepositoryFacts::backups).orElse(List.of()).stream()
                .filter(backup -> backup.isOf(database.name()))
                .toList();
        Instant now = facts.map(RepositoryFacts::storeTime).orElse(situation.now());
        return new OfDatabase(
                database.name(),
                backups.size(),
                good,
                good.map(backup -> Duration.between(backup.moment(), now)),
                backups.stream().max(Comparator.comparing(BackupFacts::moment)));
    }

    CheckState state() {
        return CheckState.of(findings);
    }
}
