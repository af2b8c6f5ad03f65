package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.Optional;

/**
 * That one role is a member of another.
 *
 * @param grantor who granted it; empty where that role is no more
 * @param inherits with INHERIT; empty before PostgreSQL 16, where it is the member's own property
 * @param sets with SET; empty before PostgreSQL 16
 */
public record Membership(
        String role,
        String member,
        Optional<String> grantor,
        boolean administers,
        Optional<Boolean> inherits,
        Optional<Boolean> sets) {}
