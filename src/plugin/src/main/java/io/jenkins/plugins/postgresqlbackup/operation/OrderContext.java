package io.jenkins.plugins.postgresqlbackup.operation;

import hudson.AbortException;
import hudson.Util;
import hudson.model.Run;
import hudson.security.Permission;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import io.jenkins.plugins.postgresqlbackup.access.BuildAuthority;
import io.jenkins.plugins.postgresqlbackup.access.JobPatterns;
import io.jenkins.plugins.postgresqlbackup.access.RefusedException;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jenkins.model.Jenkins;

/** The build that gives an order: what it finds in the configuration, and what it may do with it. */
public final class OrderContext {
    private final Run<?, ?> build;
    private final String node;
    private final BuildAuthority authority;
    private final BackupConfiguration configuration = BackupConfiguration.get();

    /** @param node the name of the node it runs on, for people */
    OrderContext(Run<?, ?> build, String node) {
        this.build = build;
        this.node = node;
        this.authority = new BuildAuthority(build);
    }

    Run<?, ?> build() {
        return build;
    }

    BackupConfiguration configuration() {
        return configuration;
    }

    /** By which people and programs find the build, in what is kept with a backup and in what a repository tells of who is at work. */
    Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>();
        labels.put("job", build.getParent().getFullName());
        labels.put("build", Integer.toString(build.getNumber()));
        labels.put("url", Util.fixNull(Jenkins.get().getRootUrl()) + build.getUrl());
        return labels;
    }

    DatabaseEntry database(String name) throws AbortException {
        return configuration
                .database(name)
                .orElseThrow(() -> new RefusedException(
                        Messages.OrderContext_noDatabase(name, known(configuration.databaseNames()))));
    }

    RepositoryEntry repository(String name) throws AbortException {
        if (Util.fixEmptyAndTrim(name) == null) {
            throw new RefusedException(Messages.OrderContext_nameRepository(known(configuration.repositoryNames())));
        }
        return configuration
                .repository(name)
                .orElseThrow(() -> new RefusedException(
                        Messages.OrderContext_noRepository(name, known(configuration.repositoryNames()))));
    }

    /** The repository that is meant: the one that was named, else the database's own; empty if there is neither. */
    String repositoryName(String named, String database) {
        return named.isEmpty()
                ? configuration
                        .database(database)
                        .map(DatabaseEntry::getRepository)
                        .orElse("")
                : named;
    }

    private static String known(List<String> names) {
        return names.isEmpty() ? Messages.OrderContext_none() : String.join(", ", names);
    }

    void requireRun(DatabaseEntry database) throws AbortException {
        require(BackupPermissions.RUN, database, database.getRunJobs());
    }

    void requireRun(RepositoryEntry repository) throws AbortException {
        require(BackupPermissions.RUN, repository, repository.getRunJobs());
    }

    void requireRestore(RepositoryEntry repository) throws AbortException {
        require(BackupPermissions.RESTORE, repository, repository.getRestoreJobs());
    }

    void requireRestore(DatabaseEntry target) throws AbortException {
        require(BackupPermissions.RESTORE, target, target.getRestoreJobs());
    }

    void requireDelete(RepositoryEntry repository) throws AbortException {
        require(BackupPermissions.DELETE, repository, repository.getDeleteJobs());
    }

    /** To look at what is in it: for jobs that may add to it or delete from it. */
    void requireView(RepositoryEntry repository) throws AbortException {
        require(BackupPermissions.VIEW, repository, repository.getRunJobs() + "\n" + repository.getDeleteJobs());
    }

    private void require(Permission permission, DatabaseEntry database, String jobs) throws AbortException {
        authority.require(permission, Messages.OrderContext_theDatabase(database.getName()), JobPatterns.parse(jobs));
    }

    private void require(Permission permission, RepositoryEntry repository, String jobs) throws AbortException {
        authority.require(
                permission, Messages.OrderContext_theRepository(repository.getName()), JobPatterns.parse(jobs));
    }

    OperationRecord record(OperationKind kind, String database, String repository) {
        return OperationRecord.begin(kind, database, repository, build, node, Instant.now());
    }
}
