/**
 * The verbs: taking, verifying and restoring backups, and looking how they are, one class each.
 *
 * <p>An operation is built from settings and what it works on, run once, and returns a result that says what it did and what it left out. It is
 * stopped by interrupting its thread: it then cancels what runs on the server, closes its connections and leaves a consistent repository. Uses
 * every room below and the values of {@code health}; nothing below uses it.
 */
package io.jenkins.plugins.postgresqlbackup.engine.operation;
