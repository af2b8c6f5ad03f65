package io.jenkins.plugins.postgresqlbackup.access;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.List;
import org.apache.tools.ant.types.selectors.SelectorUtils;

/**
 * The jobs and folders that an entry lists, one a line: a full name such as {@code operations/nightly}, where a folder stands for all in it, {@code *}
 * for any part of one name and {@code **} for any names. No line, no job. Immutable.
 */
public final class JobPatterns {
    /** Every job. */
    public static final String ANY = "**";

    private final List<String> patterns;

    private JobPatterns(List<String> patterns) {
        this.patterns = patterns;
    }

    public static JobPatterns parse(@CheckForNull String text) {
        return new JobPatterns(Lines.of(text).stream()
                .map(line -> line.replaceAll("^/+|/+$", ""))
                .filter(line -> !line.isEmpty())
                .toList());
    }

    /** Whether the job of this full name is listed. */
    public boolean allow(String job) {
        return patterns.stream().anyMatch(pattern -> matches(pattern, job));
    }

    private static boolean matches(String pattern, String job) {
        return SelectorUtils.matchPath(pattern, job) || SelectorUtils.matchPath(pattern + "/**", job);
    }
}
