package io.jenkins.plugins.postgresqlbackup.engine.health;

import java.util.List;
import java.util.Objects;

/**
 * One database: what is promised of its backups and what was seen of it.
 *
 * @param repository the name of the repository that its backups go to; empty: to none
 * @param operations those of it that a history knows, newest first
 * @param jobs those that are to work on it
 */
public record DatabaseSituation(
        String name,
        String repository,
        DatabaseGoals goals,
        Look<DatabaseFacts> look,
        List<OperationFacts> operations,
        List<JobFacts> jobs) {
    public DatabaseSituation {
        Objects.requireNonNull(name);
        Objects.requireNonNull(repository);
        Objects.requireNonNull(goals);
        Objects.requireNonNull(look);
        operations = List.copyOf(operations);
        jobs = List.copyOf(jobs);
    }
}
