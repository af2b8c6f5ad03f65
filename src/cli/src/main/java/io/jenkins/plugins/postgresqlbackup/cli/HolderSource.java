package io.jenkins.plugins.postgresqlbackup.cli;

/** For whom a slot is made: somebody whose key can be read here, or a recipient of whom only the public key is known. */
sealed interface HolderSource {
    String RECIPIENT = "pgbackup-recipient:";

    /**
     * Reads {@code recipient:pgbackup-recipient:…}, its short form without the first word, or a {@link KeySource}.
     *
     * @throws IllegalArgumentException without the text, which may be a key
     */
    static HolderSource parse(String text) {
        String name = text.startsWith("recipient:") ? text.substring("recipient:".length()) : text;
        if (name.startsWith(RECIPIENT)) {
            return new Recipient(name);
        }
        if (text.startsWith("recipient:")) {
            throw new IllegalArgumentException("a recipient's public key starts with " + RECIPIENT
                    + "; `pgbackup key generate --recipient` makes a pair");
        }
        return new Known(KeySource.parse(text));
    }

    /** A public key, which is no secret. */
    record Recipient(String publicText) implements HolderSource {}

    /** A key that is read here to make the slot. */
    record Known(KeySource source) implements HolderSource {}
}
