package io.jenkins.plugins.postgresqlbackup.testing;

import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * A Jenkins in a process of its own with the plugin as it is installed: the hpi that was built, with its class loader and the jars in it. Without this the harness
 * takes {@code target/classes} and this module's whole class path. For tests in {@code verify} (…IT).
 */
public final class PackagedPlugin {
    public static final String NAME = "postgresql-backup";

    private PackagedPlugin() {}

    public static RealJenkinsExtension jenkins() {
        return new RealJenkinsExtension().omitPlugins(NAME).addPlugins(NAME + ".hpi");
    }
}
