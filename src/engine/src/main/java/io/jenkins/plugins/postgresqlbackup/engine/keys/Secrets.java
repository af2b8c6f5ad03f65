package io.jenkins.plugins.postgresqlbackup.engine.keys;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Secrets as people and machines write them. */
public final class Secrets {
    private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]+");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{43}=?");
    private static final int HEX_DIGITS = 2 * RawKey.LENGTH;

    private Secrets() {}

    /**
     * Recognises what a secret is. In this order: {@code pgbackup-secret:…} is a recipient's private key;
     * {@code PGB-RECOVERY-…} is a recovery key, which is a raw key; 32 bytes, 64 hex digits, or base64 of 32 bytes (standard or
     * URL alphabet, padded or not) are a raw key; every other UTF-8 text is a passphrase. One line end after any of these is
     * dropped.
     *
     * @param text the content of a file or a variable; copied, so the caller may wipe it
     * @throws KeyException when it is empty, too short for a passphrase, or a key with a typing error
     */
    public static Secret parse(byte[] text) throws KeyException {
        byte[] line = withoutLineEnd(text);
        try {
            return line.length == RawKey.LENGTH ? new RawKey(line) : parse(decode(line));
        } catch (IllegalArgumentException e) {
            throw new KeyException(e.getMessage(), e);
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    private static Secret parse(CharBuffer text) throws KeyException {
        char[] characters = Arrays.copyOfRange(text.array(), 0, text.limit());
        try {
            // Keys are recognised in a String, which cannot be wiped; a passphrase never becomes one.
            String start = new String(characters, 0, Math.min(characters.length, 16)).strip();
            if (start.startsWith("pgbackup-secret")) {
                return new RecipientKey(RecipientPair.privateKey(new String(characters)));
            }
            if (RecoveryKey.looksLikeOne(start)) {
                return RecoveryKey.parse(new String(characters));
            }
            CharBuffer whole = CharBuffer.wrap(characters);
            if (BASE64.matcher(whole).matches()) {
                return raw(Base64.getDecoder()
                        .decode(new String(characters).replace('-', '+').replace('_', '/')));
            }
            if (HEX.matcher(whole).matches()) {
                if (characters.length == HEX_DIGITS) {
                    return raw(HexFormat.of().parseHex(whole));
                }
                if (characters.length > HEX_DIGITS / 2) {
                    throw new KeyException("A key in hexadecimal has " + HEX_DIGITS + " digits, and this one has "
                            + characters.length + "; copy it once more.");
                }
            }
            return new Passphrase(characters);
        } finally {
            Arrays.fill(characters, '\0');
            Arrays.fill(text.array(), '\0');
        }
    }

    private static RawKey raw(byte[] key) {
        try {
            return new RawKey(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] withoutLineEnd(byte[] text) throws KeyException {
        int length = text.length;
        // 32 bytes are a whole raw key, whose last byte may well be that of a line end.
        if (length != RawKey.LENGTH && length > 0 && text[length - 1] == '\n') {
            length--;
            if (length != RawKey.LENGTH && length > 0 && text[length - 1] == '\r') {
                length--;
            }
        }
        if (length == 0) {
            throw new KeyException("The key is empty; give 32 bytes (raw, hex or base64) or a passphrase.");
        }
        return Arrays.copyOf(text, length);
    }

    private static CharBuffer decode(byte[] line) throws KeyException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(line));
        } catch (CharacterCodingException e) {
            throw new KeyException(
                    "The key is neither " + RawKey.LENGTH + " bytes (it has " + line.length
                            + ") nor a text in UTF-8; give 32 bytes (raw, hex or base64) or a passphrase.",
                    e);
        }
    }

    /** A new raw key, as base64 of 32 random bytes. */
    public static String generateRawKey(SecureRandom random) {
        byte[] key = new byte[RawKey.LENGTH];
        random.nextBytes(key);
        try {
            return Base64.getEncoder().encodeToString(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** A new raw key to be printed and kept. */
    public static RecoveryKey generateRecovery(SecureRandom random) {
        return RecoveryKey.generate(random);
    }

    /** A new key pair for one recipient. */
    public static RecipientPair generateRecipient(SecureRandom random) {
        return RecipientPair.generate(random);
    }
}
