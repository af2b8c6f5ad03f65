package io.jenkins.plugins.postgresqlbackup.engine.health;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All rules together. Pure: the same situation has the same findings. */
public final class HealthRules {
    private static final Comparator<Finding> WORST_FIRST =
            Comparator.comparing(Finding::severity).reversed().thenComparing(Finding::id);

    private HealthRules() {}

    /** What is to be said of a situation: the worst first, then by id; nothing when all is well. */
    public static List<Finding> findings(Situation situation) {
        Map<String, KnownRepository> repositories = repositories(situation);
        Stream<Finding> ofRepositories = repositories.values().stream()
                .flatMap(repository -> Stream.of(
                                new RepositoryRules(repository).findings(),
                                new StorageRules(repository).findings(),
                                new RetentionRules(repository).findings(),
                                new KeyRules(repository).findings())
                        .flatMap(List::stream));
        Stream<Finding> ofDatabases = databases(situation, repositories)
                .flatMap(database -> Stream.of(
                                new BackupRules(database).findings(),
                                new ProofRules(database).findings(),
                                new OperationRules(database).findings(),
                                new DatabaseRules(database).findings(),
                                new ScheduleRules(database).findings())
                        .flatMap(List::stream));
        return Stream.concat(ofRepositories, ofDatabases)
                .filter(finding -> !situation.thresholds().off().contains(finding.rule()))
                .sorted(WORST_FIRST)
                .toList();
    }

    /** The newest good backup of each database, in the situation's order. */
    public static List<Optional<GoodBackup>> newestGood(Situation situation) {
        return databases(situation, repositories(situation))
                .map(KnownDatabase::newestGood)
                .toList();
    }

    private static Map<String, KnownRepository> repositories(Situation situation) {
        Map<String, KnownRepository> repositories = new LinkedHashMap<>();
        situation
                .repositories()
                .forEach(repository -> repositories.put(repository.name(), new KnownRepository(situation, repository)));
        return repositories;
    }

    private static Stream<KnownDatabase> databases(Situation situation, Map<String, KnownRepository> repositories) {
        return situation.databases().stream()
                .map(database -> new KnownDatabase(
                        situation, database, Optional.ofNullable(repositories.get(database.repository()))));
    }
}
