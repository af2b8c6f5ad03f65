/**
 * What administrators set up: databases, repositories, schedules, and whom to tell. Kept by Jenkins, edited in Manage Jenkins » System or as code.
 *
 * <p>It holds names, addresses and ids of credentials, never a secret. Jobs name its entries; there are no settings elsewhere, so whoever reads this knows
 * everything that is backed up.
 */
package io.jenkins.plugins.postgresqlbackup.configuration;
