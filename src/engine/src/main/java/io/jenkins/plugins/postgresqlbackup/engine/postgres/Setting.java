package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** A configuration parameter with its value as {@code pg_db_role_setting} has it (lists are quoted already). */
public record Setting(String name, String value) {}
