/**
 * Scheduled backups without a Jenkinsfile: thin jobs, made once for a database from its schedule, and the creation of repositories. An existing job is never
 * touched.
 */
package io.jenkins.plugins.postgresqlbackup.setup;
