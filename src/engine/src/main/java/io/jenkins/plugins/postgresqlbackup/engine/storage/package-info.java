/**
 * Where backups lie: named objects, each written once and never overwritten.
 *
 * <p>ObjectStore is the contract, one class per kind of storage keeps it. Nothing here
 * knows what an object holds. Uses no other room.
 */
package io.jenkins.plugins.postgresqlbackup.engine.storage;
