/**
 * Where backups lie: named objects, each written once and never overwritten.
 *
 * <p>ObjectStore is the contract, one class per kind of storage keeps it. What is named S3… knows
 * Amazon's client library, what is named Gcs… Google's, and what is named Supabase… Apache's HttpClient; each is loaded with
 * the first store of that kind and not before. Nothing here knows what an object holds. Uses no other room.
 */
package io.jenkins.plugins.postgresqlbackup.engine.storage;
