package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** For what a database names a role: without the role, that cannot be restored. */
public enum RoleUse {
    /** It owns the database or something in it. */
    OWNER,
    /** A grant names it, or its default privileges. */
    PRIVILEGE,
    /** A row-level security policy names it. */
    POLICY,
    /** It has a user mapping for a foreign server. */
    USER_MAPPING,
    /** It has settings of its own in this database. */
    SETTING
}
