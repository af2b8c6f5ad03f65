package io.jenkins.plugins.postgresqlbackup.engine.health;

/** How much a finding matters, the least first. */
public enum Severity {
    /** Worth knowing; nothing is to be done at once. */
    INFO,
    /** Something goes wrong if nobody looks after it. */
    WARNING,
    /** Data would be lost, or is about to be. */
    ERROR
}
