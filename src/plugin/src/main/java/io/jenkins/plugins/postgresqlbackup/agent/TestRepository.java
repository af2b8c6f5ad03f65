package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import java.io.IOException;

/** Tries whether a repository can be opened from a node; the result is a sentence about what was found. */
public final class TestRepository extends AgentOperation<String> {
    private static final long serialVersionUID = 1;

    private final RepositoryAccess full;
    private final RepositoryAccess write;

    /** @param write with the key that backups are taken with, which may be the same */
    public TestRepository(RepositoryAccess full, RepositoryAccess write) {
        this.full = full;
        this.write = write;
    }

    @Override
    protected String run(Work work) throws IOException {
        try (ObjectStore store = full.store(false)) {
            if (!Repository.existsIn(store)) {
                return Messages.TestRepository_empty(store.describe());
            }
        }
        StringBuilder found = new StringBuilder();
        try (Repository opened = full.open(damage -> found.append(' ').append(damage))) {
            if (!opened.keys().canRead()) {
                throw new KeyException(Messages.TestRepository_writeOnly());
            }
            found.insert(0, Messages.TestRepository_opens(opened.ids().size(), opened.fingerprint()));
        }
        try (Repository opened = write.open(damage -> work.log().println(damage))) {
            if (!opened.keys().canRead()) {
                found.append(' ').append(Messages.TestRepository_keyForBackups());
            }
        }
        return found.toString();
    }

    @Override
    protected void wipe() {
        full.wipe();
        write.wipe();
    }
}
