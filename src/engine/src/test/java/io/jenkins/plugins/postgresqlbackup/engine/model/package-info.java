/**
 * The model test of incremental backups: random histories against a real PostgreSQL, after each step of which a restored
 * backup must be what its source was; directed scenarios, one for each rule of the design; and mutants of the engine, each
 * without one of the rules, which the scenarios must catch.
 */
package io.jenkins.plugins.postgresqlbackup.engine.model;
