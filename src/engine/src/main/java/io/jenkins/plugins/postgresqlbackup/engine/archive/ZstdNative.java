package io.jenkins.plugins.postgresqlbackup.engine.archive;

import com.github.luben.zstd.util.Native;

/** Whether zstd's native code runs here. It is tried once in the life of a JVM, since it cannot be loaded later either. */
final class ZstdNative {
    private static final boolean THERE = load();

    private ZstdNative() {}

    static boolean isThere() {
        return THERE;
    }

    private static boolean load() {
        try {
            Native.load();
            return true;
        } catch (LinkageError e) {
            System.getLogger(ZstdNative.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "zstd's native code cannot be loaded here, so gzip is used, which is slower and packs less ("
                                    + e.getMessage()
                                    + "); often it helps to name a directory from which programs may run with"
                                    + " -DZstdTempFolder=/path.");
            return false;
        }
    }
}
