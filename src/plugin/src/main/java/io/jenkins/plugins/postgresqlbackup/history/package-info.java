/**
 * What was done: one record an operation, also of those that failed, kept on the controller and bounded in number; the builds that did them carry theirs too.
 */
package io.jenkins.plugins.postgresqlbackup.history;
