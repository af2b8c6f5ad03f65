package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoreTrial;
import java.io.IOException;

/** Tries from a node whether a place can keep a repository, and whether the one that is there can be opened. */
public final class TestRepository extends AgentOperation<TestedRepository> {
    private static final long serialVersionUID = 1;

    private final RepositoryAccess full;
    private final RepositoryAccess write;

    /** @param write with the key that backups are taken with, which may be the same */
    public TestRepository(RepositoryAccess full, RepositoryAccess write) {
        super(full);
        this.full = full;
        this.write = write;
    }

    @Override
    protected TestedRepository run(Work work) throws IOException {
        StoreTrial.Findings storage;
        try (ObjectStore store = full.storeForTrial()) {
            storage = StoreTrial.of(store);
            if (!storage.problems().isEmpty() || !Repository.existsIn(store)) {
                return tested(Messages.TestRepository_empty(store.describe()), storage);
            }
        }
        return tested(openWithBoth(work), storage);
    }

    private static TestedRepository tested(String found, StoreTrial.Findings storage) {
        return new TestedRepository(found, storage.problems(), storage.warnings());
    }

    /** With each of the two keys. */
    private String openWithBoth(Work work) throws IOException {
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
