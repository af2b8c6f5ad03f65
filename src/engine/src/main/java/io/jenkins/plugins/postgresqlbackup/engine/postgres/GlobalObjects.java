package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;

/**
 * What belongs to a database but lies outside of it.
 *
 * @param roles all roles of the cluster but PostgreSQL's own
 * @param memberships among them, and in PostgreSQL's own
 */
public record GlobalObjects(List<Role> roles, List<Membership> memberships, DatabaseProperties database) {
    public GlobalObjects {
        roles = List.copyOf(roles);
        memberships = List.copyOf(memberships);
    }

    /** Reads them in the snapshot. */
    public static GlobalObjects read(Snapshot snapshot) throws DatabaseException {
        return snapshot.leader()
                .query(
                        "reading the roles",
                        connection -> GlobalObjectsQuery.run(
                                connection, snapshot.server().major()));
    }
}
