package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;

/**
 * What is known about a large object besides its content.
 *
 * @param comment null if it has none
 * @param acl null for the default privileges
 */
public record LargeObject(long oid, String owner, String comment, List<Grant> acl) {
    public LargeObject {
        acl = acl == null ? null : List.copyOf(acl);
    }
}
