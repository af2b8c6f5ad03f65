/** The Pipeline steps: one class each, with what the user writes; {@link OperationExecution} carries all of them out. */
package io.jenkins.plugins.postgresqlbackup.pipeline;
