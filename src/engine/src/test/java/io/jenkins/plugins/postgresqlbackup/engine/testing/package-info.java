/**
 * What round-trip tests need: databases to load ({@link Fixtures}) and a judge that knows nothing of this product
 * ({@link DatabaseComparison}): it asks pg_dump, psql and PostgreSQL's catalogues alone whether two databases are equal.
 */
package io.jenkins.plugins.postgresqlbackup.engine.testing;
