package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** Something of the database that a backup does not hold, and why. */
public record LeftOut(String what, String why) {}
