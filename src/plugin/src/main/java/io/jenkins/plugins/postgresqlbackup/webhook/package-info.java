/**
 * Tells other programs over HTTP: a webhook of alerts, and a heartbeat that stops when something is wrong with the backups or with Jenkins itself. URLs are
 * secrets and never leave this room but in the request itself; a server that hangs, refuses or sends elsewhere holds nobody up.
 */
package io.jenkins.plugins.postgresqlbackup.webhook;
