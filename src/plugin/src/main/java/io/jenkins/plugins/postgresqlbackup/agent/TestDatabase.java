package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerInfo;
import java.io.IOException;

/** Tries whether a database can be reached and backed up from a node; the result is a sentence about what was found. */
public final class TestDatabase extends AgentOperation<String> {
    private static final long serialVersionUID = 1;

    private final DatabaseAccess database;

    public TestDatabase(DatabaseAccess database) {
        this.database = database;
    }

    @Override
    protected String run(Work work) throws IOException {
        Database opened = database.database();
        ServerInfo server = opened.server();
        opened.refusePooler();
        ClientPrograms programs = ClientPrograms.find(work.programs(), server.major());
        return Messages.TestDatabase_answers(server.versionText(), opened.url().user(), programs.version());
    }

    @Override
    protected void wipe() {
        database.wipe();
    }
}
