package io.jenkins.plugins.postgresqlbackup.access;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The jobs and folders that an entry lists, one a line: a full name such as {@code operations/nightly}, where a folder stands for all in it, {@code *}
 * for any part of one name and {@code **} for any names. No line, no job. Immutable.
 */
public final class JobPatterns {
    /** Every job. */
    public static final String ANY = "**";

    private final List<Pattern> patterns;

    private JobPatterns(List<Pattern> patterns) {
        this.patterns = patterns;
    }

    public static JobPatterns parse(@CheckForNull String text) {
        return new JobPatterns(Lines.of(text).stream()
                .map(line -> line.replaceAll("^/+|/+$", ""))
                .filter(line -> !line.isEmpty())
                .map(JobPatterns::compile)
                .toList());
    }

    /** Whether the job of this full name is listed. */
    public boolean allow(String job) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(job + "/").matches());
    }

    // Not one of the libraries' path matchers: they split at the separator of the controller's platform, and a full
    // name has slashes everywhere.
    private static Pattern compile(String line) {
        return Pattern.compile(
                Arrays.stream(line.split("/")).map(JobPatterns::name).collect(Collectors.joining()) + ".*",
                Pattern.DOTALL);
    }

    private static String name(String part) {
        return part.equals(ANY)
                ? "(?:[^/]+/)*"
                : Arrays.stream(part.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining("[^/]*")) + "/";
    }
}
