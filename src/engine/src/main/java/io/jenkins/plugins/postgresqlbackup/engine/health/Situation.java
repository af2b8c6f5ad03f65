package io.jenkins.plugins.postgresqlbackup.engine.health;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * All that is known at a moment.
 *
 * @param now by the clock of who judges
 */
public record Situation(
        Instant now, List<RepositorySituation> repositories, List<DatabaseSituation> databases, Thresholds thresholds) {
    public Situation {
        Objects.requireNonNull(now);
        repositories = List.copyOf(repositories);
        databases = List.copyOf(databases);
        Objects.requireNonNull(thresholds);
    }

    /** The repository of this name. */
    public Optional<RepositorySituation> repository(String name) {
        return repositories.stream().filter(each -> each.name().equals(name)).findFirst();
    }
}
