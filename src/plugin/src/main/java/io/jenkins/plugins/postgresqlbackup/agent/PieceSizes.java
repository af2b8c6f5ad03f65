package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupSettings.Sizes;
import java.time.Duration;

/**
 * How large the pieces of a backup are: as usual, unless system properties of the agent's Java say otherwise, {@code postgresqlBackup.rangeBytes},
 * {@code .packBytes}, {@code .smallestBaseBytes} and {@code .journalMillis}. Tests say so.
 */
final class PieceSizes {
    private PieceSizes() {}

    static Sizes ofNode() {
        Sizes usual = Sizes.defaults();
        return new Sizes(
                set("rangeBytes", usual.range()),
                set("packBytes", usual.pack()),
                set("smallestBaseBytes", usual.smallestBase()),
                Duration.ofMillis(set("journalMillis", usual.journalEvery().toMillis())));
    }

    private static long set(String name, long usual) {
        return Long.getLong("postgresqlBackup." + name, usual);
    }
}
