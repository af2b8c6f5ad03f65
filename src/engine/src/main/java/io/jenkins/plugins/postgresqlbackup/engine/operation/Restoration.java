package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerInfo;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TargetDatabase;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

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

    void warn(String message) {
        warnings.add(message);
        progress.warn(message);
    }
}
