package io.jenkins.plugins.postgresqlbackup.engine.health;

import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Whether a database can be reached, and whether its next backup would work. */
final class DatabaseRules {
    private static final Duration PATIENCE = Duration.ofHours(1);

    /** In percent of what transaction ids reach. */
    private static final int FAR = 80;

    private final KnownDatabase database;
    private final List<Finding> found = new ArrayList<>();

    DatabaseRules(KnownDatabase database) {
        this.database = database;
    }

    List<Finding> findings() {
        if (database.look().problem() != null) {
            unreachable();
        }
        database.facts().ifPresent(facts -> {
            connections(facts);
            programs(facts);
            horizon(facts);
            project(facts);
            clock(facts);
        });
        return found;
    }

    private Instant seenAt() {
        Instant seen = database.look().seenAt();
        return seen == null ? database.now() : seen;
    }

    private void unreachable() {
        Instant since = database.look().failingSince() == null
                ? database.now()
                : database.look().failingSince();
        Duration time = Duration.between(since, database.now());
        found.add(database.finding(
                Rule.DATABASE_UNREACHABLE,
                time.compareTo(PATIENCE) >= 0 ? Severity.ERROR : Severity.WARNING,
                "",
                "The database " + database.name() + " cannot be looked at since " + Words.at(since) + " ("
                        + Words.time(time) + "): " + Words.said(database.look().problem()) + ".",
                "Backups fail as long as that lasts: check the server, the login and the network between.",
                since));
    }

    private void connections(DatabaseFacts facts) {
        int ofServer = facts.maxConnections() - facts.reservedConnections() - facts.connections();
        int ofRole =
                facts.roleConnections() < 0 ? Integer.MAX_VALUE : facts.roleConnections() - facts.roleConnectionsOpen();
        int free = Math.max(0, Math.min(ofServer, ofRole));
        int wanted = database.goals().connections();
        if (free < wanted) {
            found.add(database.finding(
                    Rule.CONNECTIONS_SCARCE,
                    Severity.WARNING,
                    "",
                    "The server of " + database.name() + " has " + Words.count(free, "connection")
                            + " left for its role ("
                            + (ofRole < ofServer
                                    ? facts.roleConnectionsOpen() + " of the role's " + facts.roleConnections()
                                    : facts.connections() + " of "
                                            + (facts.maxConnections() - facts.reservedConnections()))
                            + " are in use), and a backup takes " + wanted + ".",
                    "Close connections that nobody needs, raise the limit (max_connections, or the role's), or take the backup"
                            + " with fewer jobs.",
                    seenAt()));
        }
    }

    private void programs(DatabaseFacts facts) {
        if (facts.programsProblem() != null) {
            found.add(database.finding(
                    Rule.CLIENT_PROGRAMS,
                    Severity.WARNING,
                    "",
                    "Backups of " + database.name() + " would fail for want of client programs: "
                            + Words.said(facts.programsProblem()) + ".",
                    "Install the PostgreSQL " + facts.major()
                            + " client programs on the machine that takes the backups, or name their directory.",
                    seenAt()));
        }
    }

    /** Only one cluster's transaction ids can be compared. */
    private void horizon(DatabaseFacts facts) {
        database.newestBackup()
                .filter(backup -> backup.horizon() != null
                        && facts.nextTransaction() != null
                        && facts.systemIdentifier() != null
                        && facts.systemIdentifier().equals(backup.systemIdentifier()))
                .ifPresent(backup -> {
                    long passed = facts.nextTransaction() - backup.horizon();
                    long reach = Manifest.SnapshotFacts.HORIZON_REACH;
                    if (passed < reach / 100 * FAR) {
                        return;
                    }
                    boolean over = passed >= reach;
                    found.add(database.finding(
                            Rule.HORIZON_OLD,
                            Severity.WARNING,
                            "",
                            Words.count(passed, "transaction") + " have passed on the server of " + database.name()
                                    + " since its newest backup, " + backup.id()
                                    + ", and an incremental backup can tell"
                                    + " what has changed for " + Words.count(reach, "transaction")
                                    + (over ? ": the next one reads the whole database." : "."),
                            over
                                    ? "Expect the next backup to take as long as a full one, and take incremental ones more often."
                                    : "Take a backup soon, or the next one has to read the whole database.",
                            backup.moment()));
                });
    }

    private void project(DatabaseFacts facts) {
        database.repository()
                .flatMap(repository -> repository
                        .facts()
                        .filter(there ->
                                facts.project() != null && facts.project().equals(there.project())))
                .ifPresent(there -> found.add(database.finding(
                        Rule.SAME_PROJECT,
                        Severity.WARNING,
                        "",
                        "The backups of " + database.name() + " in " + database.repositoryName()
                                + " lie in the same Supabase project, " + facts.project()
                                + ", as the database itself, and vanish with it.",
                        "Keep backups in another project or at another provider, at least besides.",
                        seenAt())));
    }

    private void clock(DatabaseFacts facts) {
        Duration skew = Duration.between(facts.clockTime(), facts.serverTime());
        if (skew.abs().compareTo(database.thresholds().clockSkew()) > 0) {
            found.add(database.finding(
                    Rule.CLOCK_SKEW,
                    Severity.WARNING,
                    "",
                    "The clock of the server of " + database.name() + " is " + Words.time(skew.abs())
                            + (skew.isNegative() ? " behind" : " ahead of") + " that of the machine that looked.",
                    "Set the clocks by NTP: the times of backups are read from them.",
                    seenAt()));
        }
    }
}
