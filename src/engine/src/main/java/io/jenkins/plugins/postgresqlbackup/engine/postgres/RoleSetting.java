package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/**
 * A setting that a session gets, by its role or its database.
 *
 * @param role for whom; null for all roles
 * @param name such as {@code work_mem}
 * @param value as the catalogue holds it
 */
public record RoleSetting(String role, String name, String value) {}
