package io.jenkins.plugins.postgresqlbackup.engine.operation;

/** Which program this is, for manifests and {@code --version}. */
public final class Version {
    private Version() {}

    /** E.g. {@code PostgreSQL Backup 1.0.0}. */
    public static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return "PostgreSQL Backup " + (version == null ? "(development)" : version);
    }
}
