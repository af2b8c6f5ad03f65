package io.jenkins.plugins.postgresqlbackup.engine.health;

import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a repository is to be like.
 *
 * @param retention what is to be kept in it
 * @param quotaBytes how much may lie in it; empty: as much as the disk holds
 */
public record RepositoryGoals(RetentionPolicy retention, OptionalLong quotaBytes) {
    public RepositoryGoals {
        Objects.requireNonNull(retention);
        Objects.requireNonNull(quotaBytes);
    }
}
