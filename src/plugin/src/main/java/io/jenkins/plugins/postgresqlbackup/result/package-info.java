/**
 * What operations came to, as a Pipeline reads it: small values, readable in the sandbox, that cross remoting and outlive a restart. No secrets.
 */
package io.jenkins.plugins.postgresqlbackup.result;
