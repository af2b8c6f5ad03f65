/**
 * Findings that people are told of: each opens once, is told again when it worsens and once when it is over, never at every check; what is open outlives a
 * restart. The ways of telling ({@link io.jenkins.plugins.postgresqlbackup.alert.AlertWay}) are tried until they succeed, each on a thread of its own.
 */
package io.jenkins.plugins.postgresqlbackup.alert;
