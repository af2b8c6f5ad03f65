package io.jenkins.plugins.postgresqlbackup.engine.keys;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/** Words that a person remembers. Slow to try (Argon2id), since words can be guessed. */
public final class Passphrase implements Secret {
    /** In characters. A repository can be attacked at leisure by whoever has copied it. */
    public static final int SHORTEST = 8;

    private final SecretBytes text;

    /**
     * @param characters copied, so the caller may wipe them
     * @throws IllegalArgumentException with a sentence, when there are fewer than {@value #SHORTEST}
     */
    public Passphrase(char[] characters) {
        if (characters.length < SHORTEST) {
            throw new IllegalArgumentException("A passphrase must have at least " + SHORTEST
                    + " characters, and this one is shorter; choose a longer one, such as five random words.");
        }
        byte[] utf8 = utf8(characters);
        text = new SecretBytes("passphrase", utf8);
        Arrays.fill(utf8, (byte) 0);
    }

    /** The same words give the same bytes on every keyboard: NFC, then UTF-8. */
    private static byte[] utf8(char[] characters) {
        CharSequence sequence = CharBuffer.wrap(characters);
        if (!Normalizer.isNormalized(sequence, Normalizer.Form.NFC)) {
            sequence = Normalizer.normalize(sequence, Normalizer.Form.NFC);
        }
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(sequence));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        return bytes;
    }

    byte[] bytes() {
        return text.bytes();
    }

    @Override
    public void close() {
        text.close();
    }

    @Override
    public String toString() {
        return "a passphrase";
    }
}
