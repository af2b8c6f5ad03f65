package io.jenkins.plugins.postgresqlbackup.engine.repository;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The backup ids nearest to what somebody typed. */
final class NearMatches {
    private static final int SHOWN = 3;

    private NearMatches() {}

    static List<BackupId> of(String text, List<BackupId> ids) {
        return ids.stream()
                .sorted(Comparator.comparingInt((BackupId id) -> distance(text, id.value()))
                        .thenComparing(Comparator.reverseOrder()))
                .limit(SHOWN)
                .toList();
    }

    static String sentence(List<BackupId> ids) {
        String shown = ids.stream().limit(SHOWN).map(BackupId::value).collect(Collectors.joining(", "));
        return ids.size() > SHOWN ? shown + " or another of " + ids.size() : shown;
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
