package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaError;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore.Outcome;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore.Pass;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ToleranceRule;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Restores a backup's definitions pass by pass, and keeps account of it. */
final class Definitions {
    private static final int SHOWN = 5;

    private final Restoration restoration;
    private final SchemaRestore schema;
    private final SchemaRestore.Settings settings;

    Definitions(Restoration restoration, SchemaRestore schema, List<ToleranceRule> rules) throws IOException {
        this.restoration = restoration;
        this.schema = schema;
        this.settings = new SchemaRestore.Settings(
                restoration.settings().owners(),
                restoration.settings().privileges(),
                restoration.target().hasTablespaces(),
                restoration.settings().jobs(),
                rules);
        for (Pass pass : Pass.values()) {
            if (schema.size(pass) > 0) {
                restoration.standing().expect(title(pass));
            }
        }
    }

    static String title(Pass pass) {
        return switch (pass) {
            case PRE_DATA -> "definitions of schemas, types, functions and tables";
            case POST_DATA -> "indexes, constraints, triggers and policies";
            case GRANTS -> "grants";
            case EVENT_TRIGGERS -> "event triggers";
        };
    }

    /** Without these there is nothing to load rows into, so an error ends the restore. */
    void beforeRows() throws IOException, InterruptedException {
        restoration.progress().phase("Restoring definitions", 0);
        Outcome outcome = run(Pass.PRE_DATA);
        if (!outcome.errors().isEmpty()) {
            throw new IOException(
                    outcome.errors().size() + " definitions could not be restored, so no rows were loaded: "
                            + outcome.errors().stream()
                                    .limit(SHOWN)
                                    .map(SchemaError::toString)
                                    .collect(Collectors.joining("; "))
                            + (outcome.errors().size() > SHOWN ? "; …" : "") + ".");
        }
        restoration.standing().done(title(Pass.PRE_DATA));
    }

    /** An error leaves out one index or grant: the restore goes on, and has failed. */
    void afterRows(Pass pass) throws IOException, InterruptedException {
        if (schema.size(pass) == 0 || pass == Pass.GRANTS && !settings.privileges()) {
            return;
        }
        Outcome outcome = run(pass);
        if (outcome.errors().isEmpty()) {
            restoration.standing().done(title(pass));
        }
        outcome.errors().forEach(error -> restoration.failures().add(error.toString()));
    }

    private Outcome run(Pass pass) throws IOException, InterruptedException {
        Outcome outcome = schema.run(pass, restoration.target().database(), settings);
        outcome.tolerated().forEach(tolerated -> restoration.tolerated().add(tolerated.toString()));
        return outcome;
    }
}
