package io.jenkins.plugins.postgresqlbackup.engine.archive;

import java.io.IOException;

/** A blob is not what was sealed. The message names the object, the offset in it and what the blob should have been. */
public final class DamagedBlobException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String object;
    private final long offset;

    /** @param why the rest of a sentence that begins "… is damaged: " */
    public DamagedBlobException(String object, long offset, BlobContext context, String why, Throwable cause) {
        super(
                "The " + context.role() + " of " + context.place() + " (backup " + context.backupId() + ", in " + object
                        + " at byte " + offset + ") cannot be used: " + why
                        + "; verify the whole repository and take what is missing from another backup or another copy of"
                        + " this object.",
                cause);
        this.object = object;
        this.offset = offset;
    }

    /** The object that holds the blob. */
    public String object() {
        return object;
    }

    /** Where in the object the blob begins. */
    public long offset() {
        return offset;
    }
}
