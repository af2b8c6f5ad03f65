package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStores;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a repository is. */
final class LocationOptions {
    static final String LOCATION_VARIABLE = "PGBACKUP_REPOSITORY";

    @Option(
            names = "--repository",
            paramLabel = "URL",
            description = {
                "Where the backups are: file:/backups, s3://bucket/prefix, gs://bucket/prefix or",
                "supabase://project/bucket/prefix.",
                "Default: $" + LOCATION_VARIABLE + "."
            },
            order = 1)
    private String location;

    /** The URL as it was given. */
    String location(Surroundings surroundings) {
        if (location != null) {
            return location;
        }
        return surroundings
                .variable(LOCATION_VARIABLE)
                .orElseThrow(
                        () -> new UsageException("Name the repository with --repository file:/path or in the variable "
                                + LOCATION_VARIABLE + "."));
    }

    /** Opens the store, whatever is in it. */
    ObjectStore store(Surroundings surroundings, boolean create) throws IOException {
        String given = location(surroundings);
        try {
            return ObjectStores.open(
                    ObjectStores.location(given),
                    create,
                    Optional.empty(),
                    variable -> surroundings.variable(variable).orElse(null));
        } catch (IllegalArgumentException e) {
            throw new UsageException("The repository's URL is not right: " + e.getMessage());
        }
    }
}
