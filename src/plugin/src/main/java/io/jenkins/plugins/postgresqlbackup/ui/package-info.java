/** The pages of this plugin. Facts come from the history and the configuration; a page never waits for a database or a storage. */
package io.jenkins.plugins.postgresqlbackup.ui;
