/** The Pipeline steps as build steps of freestyle jobs, configured in the browser: each holds the step whose work it does. */
package io.jenkins.plugins.postgresqlbackup.freestyle;
