package io.jenkins.plugins.postgresqlbackup.operation;

import hudson.AbortException;
import hudson.Util;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.agent.DatabaseAccess;
import io.jenkins.plugins.postgresqlbackup.agent.VerifyOne;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.result.VerificationInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A verification of one backup. */
public final class VerifyOrder implements Order<VerificationInfo> {
    /** Only that the manifest is authentic and every pack is there. */
    public static final String STRUCTURE = "structure";

    /** Every row opened and counted. */
    public static final String CONTENT = "content";

    /** Restored into a scratch database and compared. */
    public static final String RESTORE = "restore";

    /** In the order of what they prove. */
    public static final List<String> LEVELS = List.of(STRUCTURE, CONTENT, RESTORE);

    private final String repository;
    private final String backup;
    private final String database;
    private final String level;
    private final String scratch;
    private final List<String> assertions;

    /**
     * @param backup an id, the beginning of one, or {@code latest}
     * @param database the entry whose backup is meant; empty for any
     * @param scratch the entry on whose server a drill takes place; empty for the one that the database's entry names
     * @param assertions queries that must each return true in the restored database
     */
    public VerifyOrder(
            String repository, String backup, String database, String level, String scratch, List<String> assertions) {
        this.repository = Util.fixNull(repository).strip();
        this.backup = Util.fixNull(backup).strip();
        this.database = Util.fixNull(database).strip();
        this.level = Util.fixNull(level).strip();
        this.scratch = Util.fixNull(scratch).strip();
        this.assertions = List.copyOf(assertions);
    }

    @Override
    public OperationRecord record(OrderContext context) {
        return context.record(OperationKind.VERIFY, database, context.repositoryName(repository, database))
                .atLevel(level);
    }

    @Override
    public Prepared<VerificationInfo> prepare(OrderContext context) throws IOException {
        Optional<DatabaseEntry> source =
                database.isEmpty() ? Optional.empty() : Optional.of(context.database(database));
        RepositoryEntry in = context.repository(context.repositoryName(repository, database));
        context.requireRun(in);
        if (source.isPresent()) {
            context.requireRun(source.get());
        }
        if (!LEVELS.contains(level)) {
            throw new AbortException(Messages.VerifyOrder_badLevel(level, String.join(", ", LEVELS)));
        }
        if (!level.equals(RESTORE) && !assertions.isEmpty()) {
            throw new AbortException(Messages.VerifyOrder_assertionsNeedDrill());
        }
        DatabaseAccess where =
                level.equals(RESTORE) ? scratch(context, source, in).access() : null;
        VerifyOne operation = new VerifyOne(
                level.equals(STRUCTURE) ? in.writeAccess() : in.fullAccess(),
                backup.isEmpty() ? "latest" : backup,
                database,
                level,
                where,
                assertions);
        return new Prepared<>(
                operation, Messages.VerifyOrder_headline(backup.isEmpty() ? "latest" : backup, in.getName(), level));
    }

    private DatabaseEntry scratch(OrderContext context, Optional<DatabaseEntry> source, RepositoryEntry in)
            throws AbortException {
        String name = scratch.isEmpty() ? source.map(DatabaseEntry::getScratch).orElse("") : scratch;
        if (name.isEmpty()) {
            throw new AbortException(Messages.VerifyOrder_noScratch());
        }
        DatabaseEntry entry = context.database(name);
        if (!entry.isScratchServer()) {
            throw new AbortException(Messages.VerifyOrder_notScratch(name));
        }
        context.requireRun(entry);
        if (!assertions.isEmpty()) {
            // They can read all that is restored, and are any SQL on that server.
            context.requireRestore(in);
            context.requireRestore(entry);
        }
        return entry;
    }

    @Override
    public OperationRecord note(OperationRecord record, VerificationInfo result) {
        return record.with(result);
    }

    @Override
    public String describe(VerificationInfo result) {
        if (!result.isGood()) {
            StringBuilder text = new StringBuilder(Messages.VerifyOrder_bad(result.getBackup()));
            result.getProblems().forEach(problem -> text.append("\n  ").append(problem));
            return text.toString();
        }
        String took = Amounts.duration(Duration.ofMillis(result.getDurationMillis()));
        return switch (result.getLevel()) {
            case STRUCTURE -> Messages.VerifyOrder_structure(result.getBackup(), took);
            case CONTENT ->
                Messages.VerifyOrder_content(
                        result.getBackup(),
                        Amounts.count(result.getRows()),
                        result.getTables(),
                        Amounts.bytes(result.getRawBytes()),
                        took);
            default ->
                Messages.VerifyOrder_restore(
                        result.getBackup(), Amounts.count(result.getRows()), result.getTables(), took);
        };
    }

    @Override
    public Optional<String> objection(VerificationInfo result) {
        return result.isGood()
                ? Optional.empty()
                : Optional.of(Messages.VerifyOrder_objection(
                        result.getBackup(),
                        result.getProblems().size(),
                        result.getProblems().get(0)));
    }
}
