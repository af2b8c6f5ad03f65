package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/**
 * One entry of an access control list.
 *
 * @param grantee a role, or empty text for PUBLIC
 * @param grantor the role that granted it
 * @param name such as {@code CONNECT}
 * @param grantable WITH GRANT OPTION
 */
public record Privilege(String grantee, String grantor, String name, boolean grantable) {}
