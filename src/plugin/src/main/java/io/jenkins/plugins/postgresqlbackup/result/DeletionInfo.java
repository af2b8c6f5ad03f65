package io.jenkins.plugins.postgresqlbackup.result;

import io.jenkins.plugins.postgresqlbackup.engine.operation.DeleteBackup;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;

/** What came of the deletion of one backup. Times are ISO 8601 in UTC, sizes in bytes. Immutable. */
public final class DeletionInfo implements Serializable {
    private static final long serialVersionUID = 1;

    private final String backup;
    private final String database;
    private final long waitingBytes;
    private final String waitingUntil;
    private final long durationMillis;

    public DeletionInfo(DeleteBackup.Result result) {
        this.backup = result.backup().value();
        this.database = Received.line(result.database());
        this.waitingBytes = result.bytes();
        this.waitingUntil = result.until().toString();
        this.durationMillis = result.took().toMillis();
    }

    private void readObject(ObjectInputStream stream) throws IOException, ClassNotFoundException {
        stream.defaultReadObject();
        Received.checkId(backup);
        Received.checkLine(database);
        Received.checkLine(waitingUntil);
    }

    /** The id of the backup that is gone now. */
    public String getBackup() {
        return backup;
    }

    /** The database's own name. */
    public String getDatabase() {
        return database;
    }

    /** How much nothing needs any more and goes with the first prune after its grace time. */
    public long getWaitingBytes() {
        return waitingBytes;
    }

    /** When that may go. */
    public String getWaitingUntil() {
        return waitingUntil;
    }

    public long getDurationMillis() {
        return durationMillis;
    }
}
