package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/**
 * What tells whether a block range has changed since a horizon.
 *
 * @param rows how many it has now
 * @param young how many of them were made by transactions that were not decided below the horizon
 * @param youngSinceBase the same for the base's horizon; {@code young} where no other one was asked about
 */
public record ChangeCounts(long rows, long young, long youngSinceBase) {}
