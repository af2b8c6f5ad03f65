/**
 * Gauges for the Metrics plugin, where it is installed: from there Prometheus, Grafana and Datadog read them. They show what the last check saw and touch
 * nothing else when they are read.
 */
package io.jenkins.plugins.postgresqlbackup.metrics;
