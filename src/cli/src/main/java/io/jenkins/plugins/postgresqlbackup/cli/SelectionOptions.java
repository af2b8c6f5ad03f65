package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Preset;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Selection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What of a database to save. Patterns are psql's. */
final class SelectionOptions {
    @Option(
            names = "--schema",
            paramLabel = "PATTERN",
            description =
                    "Save only what is in schemas like this; may be repeated, as the next three. * and ? stand for any letters"
                            + " or letter, \"Quoted\" names keep their case.",
            order = 11)
    private List<String> schemas = List.of();

    @Option(
            names = "--exclude-schema",
            paramLabel = "PATTERN",
            description = "Leave out schemas like this.",
            order = 12)
    private List<String> excludedSchemas = List.of();

    @Option(
            names = "--exclude-table",
            paramLabel = "PATTERN",
            description = "Leave out tables, sequences and views like this, as audit.* says it.",
            order = 13)
    private List<String> excludedTables = List.of();

    @Option(
            names = "--exclude-data",
            paramLabel = "PATTERN",
            description = "Save the definition but not the rows of tables like this.",
            order = 14)
    private List<String> excludedData = List.of();

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description =
                    "supabase: save a Supabase project as its owner needs it. What the platform owns is left out and named.",
            order = 15)
    private Preset preset;

    Selection selection() {
        try {
            return new Selection(schemas, excludedSchemas, excludedTables, excludedData, Optional.ofNullable(preset));
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }
}
