package io.jenkins.plugins.postgresqlbackup.operation;

import hudson.Util;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.agent.PruneOne;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.result.PruneInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A prune of one repository, by the retention that its entry says. */
public final class PruneOrder implements Order<PruneInfo> {
    private final String repository;
    private final String database;
    private final boolean dryRun;

    /**
     * @param repository empty for the one that the database's entry names
     * @param database the entry whose backups may go; empty for all in the repository
     * @param dryRun only to say what would be done
     */
    public PruneOrder(String repository, String database, boolean dryRun) {
        this.repository = Util.fixNull(repository).strip();
        this.database = Util.fixNull(database).strip();
        this.dryRun = dryRun;
    }

    @Override
    public OperationRecord record(OrderContext context) {
        OperationRecord record =
                context.record(OperationKind.PRUNE, database, context.repositoryName(repository, database));
        return dryRun ? record.atLevel(OperationRecord.DRY_RUN) : record;
    }

    @Override
    public Prepared<PruneInfo> prepare(OrderContext context) throws IOException {
        Optional<DatabaseEntry> source =
                database.isEmpty() ? Optional.empty() : Optional.of(context.database(database));
        RepositoryEntry in = context.repository(context.repositoryName(repository, database));
        if (dryRun) {
            context.requireView(in);
        } else {
            context.requireDelete(in);
        }
        PruneOne operation = new PruneOne(
                in.fullAccess(),
                database,
                source.map(DatabaseEntry::urlWithUser).orElse(null),
                in.getRetention().rules(),
                dryRun);
        return new Prepared<>(
                operation,
                dryRun ? Messages.PruneOrder_dryHeadline(in.getName()) : Messages.PruneOrder_headline(in.getName()));
    }

    @Override
    public OperationRecord note(OperationRecord record, PruneInfo result) {
        return record.with(result);
    }

    @Override
    public String describe(PruneInfo result) {
        StringBuilder text = new StringBuilder();
        result.getBackups().forEach(backup -> text.append("  ").append(backup).append('\n'));
        result.getLocked()
                .forEach(line -> text.append(Messages.PruneOrder_locked(line)).append('\n'));
        result.getWarnings()
                .forEach(line ->
                        text.append(Messages.AgentOperation_warning(line)).append('\n'));
        result.getProblems().forEach(line -> text.append("  ").append(line).append('\n'));
        String took = Amounts.duration(Duration.ofMillis(result.getDurationMillis()));
        long going =
                result.getBackups().stream().filter(backup -> !backup.isKept()).count();
        text.append(
                result.isDryRun()
                        ? Messages.PruneOrder_dryDone(going, result.getBackups().size() - going, took)
                        : Messages.PruneOrder_done(
                                result.getDeleted().size(), Amounts.bytes(result.getFreedBytes()), took));
        if (result.getWaitingBytes() > 0) {
            text.append(' ')
                    .append(Messages.PruneOrder_waiting(
                            Amounts.bytes(result.getWaitingBytes()), result.getWaitingUntil()));
        }
        return text.toString();
    }

    @Override
    public Optional<String> objection(PruneInfo result) {
        return result.getProblems().isEmpty()
                ? Optional.empty()
                : Optional.of(Messages.PruneOrder_objection(
                        result.getProblems().size(), result.getProblems().get(0)));
    }
}
