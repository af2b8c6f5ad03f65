/** PostgreSQL's client programs as a tool of Jenkins: where they are on each node. The engine chooses the version that fits the server. */
package io.jenkins.plugins.postgresqlbackup.tool;
