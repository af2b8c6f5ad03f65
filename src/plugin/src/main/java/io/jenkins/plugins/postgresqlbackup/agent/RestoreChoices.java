package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreInto;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * How to restore. Immutable.
 *
 * <p>Into a database that is made for it, or some tables of one that is there, or else a whole one that is empty (or, on a managed platform, there).
 */
public final class RestoreChoices implements Serializable {
    private static final long serialVersionUID = 1;

    private final boolean create;
    private final boolean overwrite;
    private final ArrayList<String> tables;
    private final boolean owners;
    private final boolean privileges;
    private final boolean createRoles;
    private final boolean olderServer;

    /**
     * @param create whether the database is made first
     * @param overwrite whether what is there may be lost
     * @param tables only these, as psql's patterns; none for all
     */
    public RestoreChoices(
            boolean create,
            boolean overwrite,
            List<String> tables,
            boolean owners,
            boolean privileges,
            boolean createRoles,
            boolean olderServer) {
        this.create = create;
        this.overwrite = overwrite;
        this.tables = new ArrayList<>(tables);
        this.owners = owners;
        this.privileges = privileges;
        this.createRoles = createRoles;
        this.olderServer = olderServer;
    }

    RestoreInto into(DatabaseAccess target) {
        if (create) {
            return new RestoreInto.NewDatabase();
        }
        if (!tables.isEmpty()) {
            return new RestoreInto.Tables(tables);
        }
        return target.preset().<RestoreInto>map(RestoreInto.Platform::new).orElseGet(RestoreInto.EmptyDatabase::new);
    }

    /** Two wishes that exclude each other. */
    public boolean makesDatabaseForTables() {
        return create && !tables.isEmpty();
    }

    boolean overwrite() {
        return overwrite;
    }

    boolean owners() {
        return owners;
    }

    boolean privileges() {
        return privileges;
    }

    boolean createRoles() {
        return createRoles;
    }

    boolean olderServer() {
        return olderServer;
    }
}
