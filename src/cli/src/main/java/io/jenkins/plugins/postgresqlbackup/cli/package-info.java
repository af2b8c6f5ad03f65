/**
 * {@code pgbackup}: the engine's verbs as a command line.
 *
 * <p>One class per command, each a thin layer: options in, one operation, a report out. Everything that comes from outside (environment, streams,
 * clock, randomness) comes through {@link io.jenkins.plugins.postgresqlbackup.cli.Surroundings}, so a command runs the same in a test as in a
 * shell. Results go to standard output; errors, warnings and the progress bar to standard error. Secrets never come as arguments. Uses the
 * engine's {@code operation} and {@code repository} and the values they take, nothing beneath.
 */
package io.jenkins.plugins.postgresqlbackup.cli;
