package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;
import java.util.Optional;

/**
 * What of a database is to be saved. Patterns are those of psql: {@code *}, {@code ?}, double quotes, and
 * {@code schema.table}; a table's pattern without a schema means every schema.
 *
 * @param schemas only these schemas; empty means all
 * @param excludeSchemas schemas left out, also when {@code schemas} names them
 * @param excludeTables tables, sequences and views left out altogether
 * @param excludeData tables whose definition is saved without their rows
 * @param preset the managed platform that the database belongs to
 */
public record Selection(
        List<String> schemas,
        List<String> excludeSchemas,
        List<String> excludeTables,
        List<String> excludeData,
        Optional<Preset> preset) {
    /**
     * @throws IllegalArgumentException with a sentence about a pattern that cannot be read
     */
    public Selection {
        schemas = List.copyOf(schemas);
        excludeSchemas = List.copyOf(excludeSchemas);
        excludeTables = List.copyOf(excludeTables);
        excludeData = List.copyOf(excludeData);
        schemas.forEach(NamePattern::ofSchema);
        excludeSchemas.forEach(NamePattern::ofSchema);
        excludeTables.forEach(NamePattern::ofTable);
        excludeData.forEach(NamePattern::ofTable);
    }

    public static Selection everything() {
        return new Selection(List.of(), List.of(), List.of(), List.of(), Optional.empty());
    }

    /** All that is the user's in a database of this platform. */
    public static Selection of(Preset preset) {
        return new Selection(List.of(), List.of(), List.of(), List.of(), Optional.of(preset));
    }
}
