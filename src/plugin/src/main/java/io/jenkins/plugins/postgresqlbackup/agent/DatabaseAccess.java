package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.PasswordSource;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Preset;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Selection;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How to reach one database and what of it to read. Holds its password; never kept, only carried to a node. */
public final class DatabaseAccess implements Serializable {
    private static final long serialVersionUID = 1;

    private final String url;
    private final Hidden password;
    private final int connections;
    private final String preset;
    private final ArrayList<String> schemas;
    private final ArrayList<String> excludeSchemas;
    private final ArrayList<String> excludeTables;
    private final ArrayList<String> excludeData;

    /**
     * @param url complete, with a user and no password
     * @param password empty for none
     * @param connections how many work at once
     * @param preset the managed platform; empty for none
     */
    public DatabaseAccess(
            String url,
            String password,
            int connections,
            String preset,
            List<String> schemas,
            List<String> excludeSchemas,
            List<String> excludeTables,
            List<String> excludeData) {
        this.url = url;
        this.password = Hidden.of(password);
        this.connections = connections;
        this.preset = preset;
        this.schemas = new ArrayList<>(schemas);
        this.excludeSchemas = new ArrayList<>(excludeSchemas);
        this.excludeTables = new ArrayList<>(excludeTables);
        this.excludeData = new ArrayList<>(excludeData);
    }

    Database database() {
        return new Database(
                DatabaseUrl.parse(url),
                password.isEmpty() ? PasswordSource.none() : at -> Optional.of(password.chars()));
    }

    int connections() {
        return connections;
    }

    Optional<Preset> preset() {
        return preset.isEmpty() ? Optional.empty() : Optional.of(Preset.valueOf(preset.toUpperCase(Locale.ROOT)));
    }

    Selection selection() {
        return new Selection(schemas, excludeSchemas, excludeTables, excludeData, preset());
    }

    /** Its URL, without a secret. */
    @Override
    public String toString() {
        return url;
    }

    void wipe() {
        password.wipe();
    }
}
