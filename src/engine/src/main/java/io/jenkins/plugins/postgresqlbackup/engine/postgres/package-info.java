/**
 * One PostgreSQL database, read and written over ordinary connections.
 *
 * <p>Reading gives a consistent snapshot: tables, block ranges, rows as COPY text, digests
 * that client and server compute alike, the schema by pg_dump. Restoring is its mirror.
 * Needs no superuser, extension, replication slot or file access. A thread that is
 * interrupted while it waits for the server loses its connection and gets a
 * {@link io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseException}; its
 * interrupt status stays set. Uses no other room.
 */
package io.jenkins.plugins.postgresqlbackup.engine.postgres;
