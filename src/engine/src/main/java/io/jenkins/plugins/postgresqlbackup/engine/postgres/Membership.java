package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/**
 * That one role is a member of another.
 *
 * @param role the one that was granted
 * @param member the one it was granted to
 * @param grantor by whom; null where the server does not know any more
 * @param inherit null before PostgreSQL 16: as the member's own attribute says
 * @param set null before PostgreSQL 16: yes
 */
public record Membership(String role, String member, String grantor, boolean admin, Boolean inherit, Boolean set) {}
