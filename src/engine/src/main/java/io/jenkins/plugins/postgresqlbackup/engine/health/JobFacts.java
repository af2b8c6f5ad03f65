package io.jenkins.plugins.postgresqlbackup.engine.health;

/**
 * A job that is to work on a database by itself. Immutable.
 *
 * @param purpose what it does, such as {@code backup}
 * @param problem what keeps it from running, a clause such as {@code is disabled}; empty: nothing
 */
public record JobFacts(String name, String purpose, String problem) {}
