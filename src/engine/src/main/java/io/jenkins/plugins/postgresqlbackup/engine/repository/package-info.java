/**
 * Backups as a set: what a repository is, its key slots, its manifests and what they say of each other.
 *
 * <p>A backup exists once its manifest does. Manifests are sealed under the metadata key and carry, in a clear but authenticated header, copies of
 * {@code repository.json} and of the key slots, so that losing those loses nothing. Uses {@code archive}, {@code storage} and {@code keys}.
 */
package io.jenkins.plugins.postgresqlbackup.engine.repository;
