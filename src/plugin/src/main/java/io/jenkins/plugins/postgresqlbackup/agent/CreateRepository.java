package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryCreation;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoreTrial;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;

/** Creates a repository; the result is its recovery key and its fingerprint. */
public final class CreateRepository extends AgentOperation<CreatedRepository> {
    private static final long serialVersionUID = 1;

    private final RepositoryAccess repository;
    private final String holder;

    /** @param holder who holds the first slot, for people */
    public CreateRepository(RepositoryAccess repository, String holder) {
        super(repository);
        this.repository = repository;
        this.holder = holder;
    }

    @Override
    protected CreatedRepository run(Work work) throws IOException {
        ObjectStore store = repository.store(true);
        try (Secret secret = repository.secret()) {
            StoreTrial.of(store).requireUsable();
            RepositoryCreation.Created created =
                    RepositoryCreation.create(store, secret, holder, Clock.systemUTC(), new SecureRandom());
            try (Repository opened = created.repository()) {
                return new CreatedRepository(
                        created.recoveryKey(),
                        opened.fingerprint(),
                        opened.store().describe());
            }
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    @Override
    protected void wipe() {
        repository.wipe();
    }
}
