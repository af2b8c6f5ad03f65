package io.jenkins.plugins.postgresqlbackup.access;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.List;

/** Lists as people type them into a field: one entry a line. */
public final class Lines {
    private Lines() {}

    /** The lines that say something, without the spaces around them. */
    public static List<String> of(@CheckForNull String text) {
        return text == null
                ? List.of()
                : text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
    }
}
