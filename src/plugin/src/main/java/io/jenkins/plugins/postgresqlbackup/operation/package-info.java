/**
 * One service for Pipeline steps and freestyle build steps: an order is checked against the configuration and against who asks, sent to the build's node,
 * watched, remembered, and told to people when it fails.
 */
package io.jenkins.plugins.postgresqlbackup.operation;
