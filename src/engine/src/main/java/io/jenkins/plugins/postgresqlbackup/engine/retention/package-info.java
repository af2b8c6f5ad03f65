/**
 * Which backups stay and which go: pure functions from what is known of the backups and a policy to a plan that gives each one's reasons.
 *
 * <p>Nothing here reads, deletes or asks for the time. Uses no other room.
 */
package io.jenkins.plugins.postgresqlbackup.engine.retention;
