package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** A column whose values are stored: its attribute number, its name and its type as {@code format_type} writes it. */
public record Column(int number, String name, String type) {}
