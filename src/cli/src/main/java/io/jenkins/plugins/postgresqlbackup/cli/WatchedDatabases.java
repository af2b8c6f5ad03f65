package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseGoals;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseSituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which databases a check judges: those that somebody names, else all of which there are backups. */
record WatchedDatabases(String repository, List<BackupFacts> backups, DatabaseGoals goals) {
    /** Where there is no backup, it is of none that it is missed. */
    private static final String NONE = "any database";

    /** A database that was looked at, and what came of it. */
    record Seen(DatabaseUrl url, Look<DatabaseFacts> look) {
        private boolean is(String name) {
            String server = url.host() + ":" + url.port();
            return name.equals(url.database())
                    || name.equals(server + "/" + url.database())
                    || look.known()
                            .filter(facts -> name.equals(facts.systemIdentifier() + "/" + facts.database()))
                            .isPresent();
        }
    }

    /**
     * @param named what people call the databases; none: all that have backups
     * @param seen the one that was looked at
     */
    List<DatabaseSituation> situations(List<String> named, Optional<Seen> seen) {
        Set<String> names = new LinkedHashSet<>(named);
        if (names.isEmpty()) {
            names.addAll(found());
        }
        Optional<String> looked = seen.map(there -> names.size() == 1 && !named.isEmpty()
                ? names.iterator().next()
                : names.stream()
                        .filter(name -> there.is(name) || taken(name, there))
                        .findFirst()
                        .orElse(there.url().database()));
        looked.ifPresent(names::add);
        if (names.isEmpty()) {
            names.add(NONE);
        }
        List<DatabaseSituation> situations = new ArrayList<>();
        for (String name : names) {
            Look<DatabaseFacts> look =
                    looked.filter(name::equals).map(any -> seen.get().look()).orElse(Look.none());
            situations.add(new DatabaseSituation(name, repository, goals, look, List.of(), List.of()));
        }
        return situations;
    }

    /** Whether the newest backup of that name is of the database that was looked at. */
    private boolean taken(String name, Seen seen) {
        return backups.stream()
                .filter(backup -> backup.isOf(name))
                .reduce((first, last) -> last)
                .filter(backup -> seen.is(backup.source())
                        || seen.is(backup.server() + "/" + backup.database())
                                && backup.server()
                                        .equals(seen.url().host() + ":"
                                                + seen.url().port()))
                .isPresent();
    }

    /** The shortest name for each: its own, unless several servers have one of that name. */
    private Set<String> found() {
        Map<String, String> addresses = new HashMap<>(); // of a cluster that has moved, the newest
        backups.forEach(backup -> addresses.put(backup.source(), backup.server() + "/" + backup.database()));
        Map<String, Set<String>> byName = new HashMap<>();
        for (BackupFacts backup : backups) {
            if (!backup.labels().containsKey(BackupFacts.ENTRY_LABEL)) {
                byName.computeIfAbsent(backup.database(), any -> new LinkedHashSet<>())
                        .add(addresses.get(backup.source()));
            }
        }
        Set<String> names = new LinkedHashSet<>();
        for (BackupFacts backup : backups) {
            String label = backup.labels().get(BackupFacts.ENTRY_LABEL);
            if (label != null) {
                names.add(label);
            } else {
                names.add(
                        byName.get(backup.database()).size() == 1 ? backup.database() : addresses.get(backup.source()));
            }
        }
        return names;
    }
}
