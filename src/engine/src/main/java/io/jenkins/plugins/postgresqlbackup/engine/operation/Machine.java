package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine and who works on it, as people call them. */
public final class Machine {
    /** Where Linux tells without asking a name server, which may be slow to answer. */
    private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

    private Machine() {}

    /** {@code ci on agent-7}. */
    public static String who() {
        String name = name();
        return System.getProperty("user.name") + (name == null ? "" : " on " + name);
    }

    /** Null if nobody knows. */
    static String name() {
        try {
            String name = Files.isReadable(LINUX)
                    ? Files.readString(LINUX).strip()
                    : InetAddress.getLocalHost().getHostName();
            return name.isEmpty() ? null : name;
        } catch (IOException e) {
            return unknown(e);
        }
    }

    private static String unknown(IOException e) {
        System.getLogger(Machine.class.getName())
                .log(System.Logger.Level.DEBUG, "This machine does not tell its name", e);
        return null;
    }
}
