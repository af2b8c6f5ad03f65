package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryCreation;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoreTrial;
import java.io.IOException;
import java.util.function.Consumer;

/** The creation of a repository, as {@code init} does it, and {@code full} where there is none yet. */
final class NewRepository {
    private final Surroundings surroundings;
    private final RepositoryOptions options;
    private final RecoveryOptions recovery;
    private final Report report;

    NewRepository(Surroundings surroundings, RepositoryOptions options, RecoveryOptions recovery, Report report) {
        this.surroundings = surroundings;
        this.options = options;
        this.recovery = recovery;
        this.report = report;
    }

    /** Creates and opens it; {@code hand} gets the recovery key at once, before anything else can go wrong. */
    OpenRepository create(Consumer<String> hand) throws IOException {
        recovery.check();
        ObjectStore store = null;
        try (Secret secret = options.source(surroundings).newSecret(surroundings, report::warn)) {
            store = options.store(surroundings, true);
            StoreTrial.Findings findings = StoreTrial.of(store);
            findings.warnings().forEach(report::warn);
            findings.requireUsable();
            RepositoryCreation.Created created =
                    RepositoryCreation.create(store, secret, holder(), surroundings.clock(), surroundings.random());
            Repository repository = created.repository();
            report.say(report.paint().tick() + " The repository at "
                    + repository.store().describe() + " is created.\n");
            hand.accept(created.recoveryKey());
            Witness witness = RepositoryOptions.witness(repository, surroundings, report);
            witness.check(repository);
            return new OpenRepository(repository, witness);
        } catch (IOException | RuntimeException e) {
            if (store != null) {
                store.close();
            }
            throw e;
        }
    }

    /** Shows the recovery key, or writes it to the file that was named. */
    void hand(String recoveryKey) {
        recovery.hand(recoveryKey, options.location(surroundings), report);
    }

    /** Who holds the first slot, for people. */
    private String holder() {
        return "created by " + System.getProperty("user.name", "somebody");
    }
}
