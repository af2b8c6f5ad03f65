/**
 * Sealed blobs and the packs they lie in: compress, encrypt, write; read, decrypt, decompress.
 *
 * <p>A blob opens only as what it was sealed as: of this repository, this backup, this role and this place, whole and unchanged.
 * Nothing is handed on that was not authenticated, and the end of a blob is reported only when all of it was proven. Uses
 * {@code storage} and {@code keys}.
 */
package io.jenkins.plugins.postgresqlbackup.engine.archive;
