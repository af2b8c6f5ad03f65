/**
 * Whether the backups are well: pure rules from facts to findings, each with its severity, what is wrong, since when, and what to do.
 *
 * <p>Nothing here reads, writes or asks for the time: the operations that look gather the facts, as slowly as storages and databases answer,
 * and the rules judge them at any moment. Facts have a JSON form, so that they can travel and be kept. Uses the values of {@code repository} and the
 * plans of {@code retention}.
 */
package io.jenkins.plugins.postgresqlbackup.engine.health;
