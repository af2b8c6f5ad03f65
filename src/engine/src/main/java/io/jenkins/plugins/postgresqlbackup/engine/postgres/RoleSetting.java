package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.Optional;

/** A setting for one database: of everybody, or of one role. */
public record RoleSetting(Optional<String> role, Setting setting) {}
