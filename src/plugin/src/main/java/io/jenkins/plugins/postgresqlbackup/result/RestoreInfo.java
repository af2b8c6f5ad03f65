package io.jenkins.plugins.postgresqlbackup.result;

import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreResult;
import java.io.IOException;
import java.io.ObjectInputStream;
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
        this.database = Received.line(database);
        this.target = Received.line(result.database());
        this.created = result.created();
        this.tables = result.tables();
        this.rows = result.rows();
        this.rawBytes = result.rawBytes();
        this.durationMillis = result.took().toMillis();
        this.rolesCreated = Received.lines(result.rolesCreated());
        this.tolerated = Received.lines(result.tolerated());
        this.leftOut = Received.lines(result.leftOut());
        this.warnings = Received.lines(result.warnings());
    }

    private void readObject(ObjectInputStream stream) throws IOException, ClassNotFoundException {
        stream.defaultReadObject();
        Received.checkId(backup);
        Received.checkLine(database);
        Received.checkLine(target);
        Received.checkLines(rolesCreated);
        Received.checkLines(tolerated);
        Received.checkLines(leftOut);
        Received.checkLines(warnings);
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
