package io.jenkins.plugins.postgresqlbackup.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.FactsJson;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.operation.LookAtRepository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Looks at a repository: what is there, and how it is. Changes nothing. */
public final class LookRepository extends AgentOperation<CompressedText> {
    private static final long serialVersionUID = 1;

    private final RepositoryAccess repository;

    @CheckForNull
    private final CompressedText before;

    /** @param before what was seen the last time; null: nothing */
    public LookRepository(RepositoryAccess repository, @CheckForNull RepositoryFacts before) throws IOException {
        super(repository);
        this.repository = repository;
        this.before = before == null ? null : CompressedText.of(FactsJson.write(BareFacts.forNode(before)));
    }

    @Override
    protected CompressedText run(Work work) throws IOException, InterruptedException {
        Optional<RepositoryFacts> known =
                before == null ? Optional.empty() : Optional.of(FactsJson.readRepository(before.text()));
        // What is damaged is among the facts.
        try (Repository opened = repository.open(damage -> {})) {
            RepositoryFacts seen = new LookAtRepository(opened, known, Clock.systemUTC()).run(work.progress());
            return CompressedText.of(FactsJson.write(BareFacts.forController(seen)));
        }
    }

    /**
     * What it came to.
     *
     * @param known the backups that it was told of
     * @throws IOException with a sentence when the node sent what cannot be
     */
    public static RepositoryFacts read(CompressedText result, List<BackupFacts> known) throws IOException {
        return BareFacts.complete(FactsJson.readRepository(result.text()), known);
    }

    @Override
    protected void wipe() {
        repository.wipe();
    }
}
