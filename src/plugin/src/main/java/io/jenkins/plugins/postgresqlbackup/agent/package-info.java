/**
 * What runs on nodes: one class an engine operation, and the call that carries it there.
 *
 * <p>Only types of this plugin and plain values of the JDK cross remoting, in both directions; those of the engine stay where they are used. Secrets travel
 * inside the (encrypted) channel and are wiped when the operation ends.
 */
package io.jenkins.plugins.postgresqlbackup.agent;
