package io.jenkins.plugins.postgresqlbackup.engine.retention;

/** How much is known of a backup, the most first. A rule that counts backups is applied to each grade together with the better ones. */
public enum Grade {
    /** It was proven good as it is now, and nothing is known to be missing. */
    VERIFIED("verified "),
    /** Nobody has proven it yet; it may as well be a forged one. */
    UNVERIFIED(""),
    /** Something that it needs is known to be missing, or it was completed later than a backup may be and may be about to vanish. */
    DOUBTFUL("doubtful ");

    private final String word;

    Grade(String word) {
        this.word = word;
    }

    /** For a sentence, before a noun. */
    String word() {
        return word;
    }

    boolean isAtLeast(Grade other) {
        return compareTo(other) <= 0;
    }
}
