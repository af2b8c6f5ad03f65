package io.jenkins.plugins.postgresqlbackup.engine.archive;

import java.util.Locale;

/**
 * A compression method and how hard it tries.
 *
 * @param level within the method's bounds; 0 for none
 */
public record Compression(CompressionMethod method, int level) {
    public static final Compression NONE = new Compression(CompressionMethod.NONE, 0);
    public static final Compression GZIP = new Compression(CompressionMethod.GZIP, CompressionMethod.GZIP.usualLevel());
    public static final Compression ZSTD = new Compression(CompressionMethod.ZSTD, CompressionMethod.ZSTD.usualLevel());

    /** @throws IllegalArgumentException with a sentence, when the method has no such level */
    public Compression {
        if (level < method.leastLevel() || level > method.mostLevel()) {
            throw new IllegalArgumentException("The compression level of " + method.text() + " must be "
                    + method.leastLevel() + " to " + method.mostLevel() + ", not " + level + ".");
        }
    }

    /** The usual one where this runs: zstd, or gzip where zstd's native code cannot be loaded. */
    public static Compression best() {
        return ZSTD.usable();
    }

    /**
     * Reads {@code zstd}, {@code zstd:3}, {@code gzip}, {@code gzip:6} or {@code none}.
     *
     * @throws IllegalArgumentException with a sentence
     */
    public static Compression parse(String text) {
        String[] parts = text.strip().toLowerCase(Locale.ROOT).split(":", 2);
        for (CompressionMethod method : CompressionMethod.values()) {
            if (method.text().equals(parts[0])) {
                return new Compression(method, parts.length == 1 ? method.usualLevel() : level(text, parts[1]));
            }
        }
        throw unknown(text, null);
    }

    private static int level(String text, String level) {
        try {
            return Integer.parseInt(level);
        } catch (NumberFormatException e) {
            throw unknown(text, e);
        }
    }

    private static IllegalArgumentException unknown(String text, NumberFormatException cause) {
        return new IllegalArgumentException(
                "\"" + text + "\" is no compression; use zstd, gzip or none, with a level as in zstd:3.", cause);
    }

    /** This, or gzip in place of zstd where its native code cannot be loaded, which is then said once in the log. */
    public Compression usable() {
        return usable(ZstdNative.isThere());
    }

    /** Visible for testing. */
    Compression usable(boolean zstdIsThere) {
        return method == CompressionMethod.ZSTD && !zstdIsThere ? GZIP : this;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return method == CompressionMethod.NONE ? method.text() : method.text() + ":" + level;
    }
}
