package io.jenkins.plugins.postgresqlbackup.engine.keys;

/** What the holder of a slot may do. */
public enum SlotKind {
    /** Everything; it alone prunes and changes slots. */
    FULL,
    /** Takes backups, lists them and checks their structure, but reads no rows, schema or roles: it has no private key. */
    WRITE,
    /** A full slot whose key is printed and kept where neither the repository nor Jenkins is. */
    RECOVERY
}
