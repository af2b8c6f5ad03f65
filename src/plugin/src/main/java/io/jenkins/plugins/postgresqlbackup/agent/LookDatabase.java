package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.FactsJson;
import io.jenkins.plugins.postgresqlbackup.engine.operation.LookAtDatabase;
import java.io.IOException;
import java.time.Clock;

/** Asks a database how it is. Changes nothing. */
public final class LookDatabase extends AgentOperation<CompressedText> {
    private static final long serialVersionUID = 1;

    private final DatabaseAccess database;

    public LookDatabase(DatabaseAccess database) {
        this.database = database;
    }

    @Override
    protected CompressedText run(Work work) throws IOException, InterruptedException {
        return CompressedText.of(
                FactsJson.write(new LookAtDatabase(database.database(), work.programs(), Clock.systemUTC()).run()));
    }

    /** @throws IOException with a sentence when the node sent what cannot be */
    public static DatabaseFacts read(CompressedText result) throws IOException {
        return FactsJson.readDatabase(result.text());
    }

    @Override
    protected void wipe() {
        database.wipe();
    }
}
