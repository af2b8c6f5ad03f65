package io.jenkins.plugins.postgresqlbackup.engine.archive;

import java.util.regex.Pattern;

/**
 * Where a blob lies, and what its bytes must be: the sealed bytes {@code [offset, offset + length)} of a pack.
 *
 * @param pack the name of the pack's object
 * @param length in bytes, as sealed
 * @param sha256 of the sealed bytes, 64 lower-case hex digits; finds rotten bits without any key
 * @param rawBytes its length when opened
 */
public record BlobRef(String pack, long offset, long length, String sha256, long rawBytes) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException when this cannot be a blob */
    public BlobRef {
        if (offset < 0
                || length < 1
                || rawBytes < 0
                || offset + length < 0
                || !SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("Not a blob: " + length + " bytes at " + offset + " of " + pack
                    + ", SHA-256 " + sha256 + ", " + rawBytes + " bytes opened.");
        }
    }
}
