package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DefaultPrivileges;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Roles;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerInfo;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TargetDatabase;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * One restore under way: what it works on, and what it will have to tell. The lists are filled by one thread.
 *
 * @param server the target's
 * @param failures what could not be restored although the restore went on; with any the restore has failed
 */
record Restoration(
        Repository repository,
        Manifest manifest,
        Globals globals,
        TargetDatabase target,
        ServerInfo server,
        ClientPrograms programs,
        RestoreSettings settings,
        Progress progress,
        Standing standing,
        List<String> rolesCreated,
        List<String> tolerated,
        List<String> leftOut,
        List<String> warnings,
        List<String> failures) {

    static Restoration begin(
            Repository repository,
            Manifest manifest,
            Globals globals,
            TargetDatabase target,
            ServerInfo server,
            ClientPrograms programs,
            RestoreSettings settings,
            Progress progress) {
        return new Restoration(
                repository,
                manifest,
                globals,
                target,
                server,
                programs,
                settings,
                progress,
                new Standing(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
    }

    StoredRows rows() {
        return new StoredRows(repository, manifest);
    }

    /** The backup's schema archive, ready to be restored; whoever asks closes it. */
    SchemaRestore schema() throws IOException, InterruptedException {
        try (InputStream archive = repository.open(manifest, manifest.schema())) {
            return SchemaRestore.open(programs, archive);
        }
    }

    /** About how many bytes loading all rows and large objects will take. */
    long expectedBytes() {
        return manifest.tables().stream()
                        .mapToLong(Manifest.TableEntry::rawBytes)
                        .sum()
                + manifest.largeObjects().bytes();
    }

    void createRoles(Collection<String> names) throws IOException {
        if (names.isEmpty()) {
            return;
        }
        Roles.create(target.maintenance(), names, globals.roles(), globals.memberships())
                .forEach(this::warn);
        rolesCreated.addAll(names);
    }

    /** Something that is done while the target's own default privileges are not in force. */
    interface Creation {
        void run() throws IOException, InterruptedException;
    }

    /**
     * Creates objects in a database that was there before, with no other grants than they had.
     *
     * @param schemas those that objects are created in
     * @param back whether the target's default privileges are put back also after success
     */
    void create(Predicate<String> schemas, boolean back, Creation creation) throws IOException, InterruptedException {
        if (!settings.privileges()) {
            creation.run();
            return;
        }
        DefaultPrivileges defaults = DefaultPrivileges.of(target.database(), schemas);
        defaults.suspend();
        boolean done = false;
        try {
            creation.run();
            done = true;
        } finally {
            boolean interrupted = Thread.interrupted();
            if (back || !done) {
                defaults.resume();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void warn(String message) {
        warnings.add(message);
        progress.warn(message);
    }
}
