package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.SlotKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.SlotChanges;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;

/** Opens a repository with its recovery key, as it was typed from paper, and notes in it that this was done; the result says so. */
public final class ProveRecoveryKey extends AgentOperation<String> {
    private static final long serialVersionUID = 1;

    private final RepositoryAccess repository;

    public ProveRecoveryKey(RepositoryAccess repository) {
        super(repository);
        this.repository = repository;
    }

    @Override
    protected String run(Work work) throws IOException {
        try (Repository opened = repository.open(damage -> work.log().println(damage))) {
            if (opened.openedWith().kind() != SlotKind.RECOVERY) {
                throw new KeyException(Messages.ProveRecoveryKey_another());
            }
            new SlotChanges(opened, Clock.systemUTC(), new SecureRandom()).prove();
            return opened.store().describe();
        }
    }

    @Override
    protected void wipe() {
        repository.wipe();
    }
}
