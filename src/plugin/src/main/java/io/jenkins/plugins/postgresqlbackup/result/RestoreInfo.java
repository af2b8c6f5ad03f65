package io.jenkins.plugins.postgresqlbackup.result;

import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreResult;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** What was restored. Sizes are in bytes. Immutable. */
public final class RestoreInfo implements Serializable {
    private static final long serialVersionUID = 1;

    private final String backup;
    private final String database;
    private final String target;
    private final boolean created;
    private final long tables;
    private final long rows;
    private final long rawBytes;
    private final long durationMillis;
    private final ArrayList<String> rolesCreated;
    private final ArrayList<String> tolerated;
    private final ArrayList<String> leftOut;
    private final ArrayList<String> warnings;

    /** @param database the name of the entry whose backup it is; empty if it was taken elsewhere */
    public RestoreInfo(RestoreResult result, String database) {
        this.backup = result.backup().value();
        this.database = database;
        this.target = result.database();
        this.created = result.created();
        this.tables = result.tables();
        this.rows = result.rows();
        this.rawBytes = result.rawBytes();
        this.durationMillis = result.took().toMillis();
        this.rolesCreated = new ArrayList<>(result.rolesCreated());
        this.tolerated = new ArrayList<>(result.tolerated());
        this.leftOut = new ArrayList<>(result.leftOut());
        this.warnings = new ArrayList<>(result.warnings());
    }

    /** The id of the backup. */
    @Whitelisted
    public String getBackup() {
        return backup;
    }

    /** The name of the entry whose backup it is; empty if it was taken elsewhere. */
    @Whitelisted
    public String getDatabase() {
        return database;
    }

    /** The name of the database that was restored into. */
    @Whitelisted
    public String getTarget() {
        return target;
    }

    /** Whether that was created for it. */
    @Whitelisted
    public boolean isCreated() {
        return created;
    }

    @Whitelisted
    public long getTables() {
        return tables;
    }

    @Whitelisted
    public long getRows() {
        return rows;
    }

    @Whitelisted
    public long getRawBytes() {
        return rawBytes;
    }

    @Whitelisted
    public long getDurationMillis() {
        return durationMillis;
    }

    @Whitelisted
    public List<String> getRolesCreated() {
        return new ArrayList<>(rolesCreated);
    }

    /** What pg_restore could not do and need not. */
    @Whitelisted
    public List<String> getTolerated() {
        return new ArrayList<>(tolerated);
    }

    /** What is not there although the source had it, each with the reason. */
    @Whitelisted
    public List<String> getLeftOut() {
        return new ArrayList<>(leftOut);
    }

    @Whitelisted
    public List<String> getWarnings() {
        return new ArrayList<>(warnings);
    }

    @Override
    @Whitelisted
    public String toString() {
        return backup + " in " + target;
    }
}
