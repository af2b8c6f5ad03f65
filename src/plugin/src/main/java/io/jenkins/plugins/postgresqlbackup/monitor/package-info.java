/**
 * Looks at every database and repository of the configuration from time to time, each on the node it is reached from and with a deadline of its own, judges
 * what was seen by the engine's rules of health, and keeps both for the pages: nothing that shows or tells them ever waits for a storage or a database.
 */
package io.jenkins.plugins.postgresqlbackup.monitor;
