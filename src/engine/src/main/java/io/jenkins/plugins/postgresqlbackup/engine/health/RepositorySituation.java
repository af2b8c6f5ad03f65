package io.jenkins.plugins.postgresqlbackup.engine.health;

import java.util.Objects;
import java.util.Set;

/**
 * One repository: what it is to be like and what was seen of it.
 *
 * @param expected the ids of the backups that somebody's history knows to have been made there and not to have been deleted
 */
public record RepositorySituation(
        String name, RepositoryGoals goals, Look<RepositoryFacts> look, Set<String> expected) {
    public RepositorySituation {
        Objects.requireNonNull(name);
        Objects.requireNonNull(goals);
        Objects.requireNonNull(look);
        expected = Set.copyOf(expected);
    }
}
