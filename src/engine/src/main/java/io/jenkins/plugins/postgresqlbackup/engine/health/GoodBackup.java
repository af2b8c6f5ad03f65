package io.jenkins.plugins.postgresqlbackup.engine.health;

import java.time.Instant;

/**
 * A backup that would serve, as far as is known. Immutable.
 *
 * @param moment when it was taken, by the store's clock if that is known
 */
public record GoodBackup(String id, Instant moment) {}
