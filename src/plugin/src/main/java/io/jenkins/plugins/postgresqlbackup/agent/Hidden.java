package io.jenkins.plugins.postgresqlbackup.agent;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A secret on its way to a node. It does not show itself and can be wiped. */
final class Hidden implements Serializable {
    private static final long serialVersionUID = 1;

    private final byte[] bytes;

    private Hidden(byte[] bytes) {
        this.bytes = bytes;
    }

    static Hidden of(String text) {
        return new Hidden(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The array becomes this secret's own. */
    static Hidden of(byte[] secret) {
        return new Hidden(secret);
    }

    boolean isEmpty() {
        return bytes.length == 0;
    }

    /** A copy; whoever asks wipes it. */
    byte[] copy() {
        return bytes.clone();
    }

    /** As UTF-8 text; whoever asks wipes it. */
    char[] chars() {
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
        char[] characters = Arrays.copyOf(text.array(), text.limit());
        Arrays.fill(text.array(), '\0');
        return characters;
    }

    void wipe() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "****";
    }
}
