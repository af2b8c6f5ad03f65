package io.jenkins.plugins.postgresqlbackup.engine.archive;

/** How a blob's content is compressed before it is encrypted. */
public enum CompressionMethod {
    NONE(0, "none", 0, 0, 0),
    GZIP(1, "gzip", 1, 9, 6),
    ZSTD(2, "zstd", 1, 19, 1);

    private final int code;
    private final String text;
    private final int leastLevel;
    private final int mostLevel;
    private final int usualLevel;

    CompressionMethod(int code, String text, int leastLevel, int mostLevel, int usualLevel) {
        this.code = code;
        this.text = text;
        this.leastLevel = leastLevel;
        this.mostLevel = mostLevel;
        this.usualLevel = usualLevel;
    }

    /** The first byte of a blob's plaintext. */
    int code() {
        return code;
    }

    /** Its name in settings: {@code none}, {@code gzip} or {@code zstd}. */
    public String text() {
        return text;
    }

    public int leastLevel() {
        return leastLevel;
    }

    public int mostLevel() {
        return mostLevel;
    }

    public int usualLevel() {
        return usualLevel;
    }
}
