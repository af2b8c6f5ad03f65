/**
 * Who may do what, and where secrets come from.
 *
 * <p>Builds mostly run as SYSTEM, so permissions alone would let everybody who edits a Jenkinsfile do everything: each entry of the configuration names
 * the jobs that may use it, and the permission of a build's own user counts as well. Credentials are looked up at the root of Jenkins only.
 */
package io.jenkins.plugins.postgresqlbackup.access;
