package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;

/** A repository with this machine's memory of it. Closing wipes the keys. */
record OpenRepository(Repository repository, Witness witness) implements AutoCloseable {
    /** The manifest of the backup that a person named. */
    Manifest find(String text) throws IOException {
        return findLinked(text).manifest();
    }

    /** The same, with what tells this manifest from another one of its name. */
    Repository.Linked findLinked(String text) throws IOException {
        BackupId id = repository.find(text);
        Repository.Linked linked = repository.readLinked(id);
        witness.saw(repository, linked.manifest());
        return linked;
    }

    @Override
    public void close() {
        repository.close();
    }
}
