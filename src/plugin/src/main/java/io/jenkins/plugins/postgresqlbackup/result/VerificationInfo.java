package io.jenkins.plugins.postgresqlbackup.result;

import io.jenkins.plugins.postgresqlbackup.engine.operation.VerificationResult;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** What a verification found. Sizes are in bytes. Immutable. */
public final class VerificationInfo implements Serializable {
    private static final long serialVersionUID = 1;

    private final String backup;
    private final String database;
    private final String level;
    private final long tables;
    private final long rows;
    private final long rawBytes;
    private final long durationMillis;
    private final ArrayList<String> problems;
    private final ArrayList<String> warnings;

    /** @param database the name of the entry whose backup it is; empty if it was taken elsewhere */
    public VerificationInfo(VerificationResult result, String database) {
        this.backup = result.backup().value();
        this.database = Received.line(database);
        this.level = result.level().toString();
        this.tables = result.tables();
        this.rows = result.rows();
        this.rawBytes = result.rawBytes();
        this.durationMillis = result.took().toMillis();
        this.problems = Received.lines(result.problems());
        this.warnings = Received.lines(result.warnings());
    }

    private void readObject(ObjectInputStream stream) throws IOException, ClassNotFoundException {
        stream.defaultReadObject();
        Received.checkId(backup);
        Received.checkLine(database);
        Received.checkLine(level);
        Received.checkLines(problems);
        Received.checkLines(warnings);
    }

    /** The id of the backup. */
    @Whitelisted
    public String getBackup() {
        return backup;
    }

    @Whitelisted
    public String getDatabase() {
        return database;
    }

    /** {@code structure}, {@code content} or {@code restore}. */
    @Whitelisted
    public String getLevel() {
        return level;
    }

    /** Whether nothing is wrong with the backup. */
    @Whitelisted
    public boolean isGood() {
        return problems.isEmpty();
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

    /** What is wrong, one sentence each. */
    @Whitelisted
    public List<String> getProblems() {
        return new ArrayList<>(problems);
    }

    @Whitelisted
    public List<String> getWarnings() {
        return new ArrayList<>(warnings);
    }

    @Override
    @Whitelisted
    public String toString() {
        return backup + (isGood() ? " is good" : " is not good");
    }
}
