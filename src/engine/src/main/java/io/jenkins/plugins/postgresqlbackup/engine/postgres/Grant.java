package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/**
 * One privilege that was granted.
 *
 * @param grantee empty for PUBLIC
 * @param privilege such as {@code CONNECT}
 * @param grantable whether WITH GRANT OPTION
 */
public record Grant(String grantee, String privilege, boolean grantable, String grantor) {}
