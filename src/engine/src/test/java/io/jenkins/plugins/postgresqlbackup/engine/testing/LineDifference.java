package io.jenkins.plugins.postgresqlbackup.engine.testing;

import java.util.ArrayList;
import java.util.List;

/** Where two texts differ, line by line, in the order of the lines. */
final class LineDifference {
    private static final int LOOK_AHEAD = 400;
    private static final int IN_A_ROW = 2;
    private static final int LONGEST = 240;

    private LineDifference() {}

    /** At most so many lines, each with {@code -} (only in the source) or {@code +} (only in the copy) before it. */
    static List<String> between(List<String> source, List<String> copy, int atMost) {
        List<String> differences = new ArrayList<>();
        int s = 0;
        int c = 0;
        while ((s < source.size() || c < copy.size()) && differences.size() < atMost) {
            if (s < source.size() && c < copy.size() && source.get(s).equals(copy.get(c))) {
                s++;
                c++;
                continue;
            }
            int[] skip = nextMatch(source, s, copy, c);
            for (int i = 0; i < skip[0]; i++) {
                differences.add("- " + shortened(source.get(s + i)));
            }
            for (int i = 0; i < skip[1]; i++) {
                differences.add("+ " + shortened(copy.get(c + i)));
            }
            s += skip[0];
            c += skip[1];
        }
        return differences.size() <= atMost ? differences : differences.subList(0, atMost);
    }

    /** The fewest lines to leave out on both sides so that they agree again. */
    private static int[] nextMatch(List<String> source, int s, List<String> copy, int c) {
        for (int total = 1; total <= LOOK_AHEAD; total++) {
            for (int left = 0; left <= total; left++) {
                if (agree(source, s + left, copy, c + total - left)) {
                    return new int[] {left, total - left};
                }
            }
        }
        return new int[] {source.size() - s, copy.size() - c};
    }

    private static boolean agree(List<String> source, int s, List<String> copy, int c) {
        if (s > source.size() || c > copy.size()) {
            return false;
        }
        for (int i = 0; i < IN_A_ROW; i++) {
            boolean sourceEnds = s + i >= source.size();
            boolean copyEnds = c + i >= copy.size();
            if (sourceEnds || copyEnds) {
                return sourceEnds && copyEnds;
            }
            if (!source.get(s + i).equals(copy.get(c + i))) {
                return false;
            }
        }
        return true;
    }

    static String shortened(String line) {
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "… (" + line.length() + " characters)";
    }
}
