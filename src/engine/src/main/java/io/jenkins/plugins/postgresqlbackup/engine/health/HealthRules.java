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
        Map<String, KnownRepository> repositories = new LinkedHashMap<>();
        situation
                .repositories()
                .forEach(repository -> repositories.put(repository.name(), new KnownRepository(situation, repository)));
        Stream<Finding> ofRepositories = repositories.values().stream()
                .flatMap(repository -> Stream.of(
                                new RepositoryRules(repository).findings(),
                                new StorageRules(repository).findings(),
                                new RetentionRules(repository).findings(),
                                new KeyRules(repository).findings())
                        .flatMap(List::stream));
        Stream<Finding> ofDatabases = situation.databases().stream()
                .map(database -> new KnownDatabase(
                        situation, database, Optional.ofNullable(repositories.get(database.repository()))))
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
}
