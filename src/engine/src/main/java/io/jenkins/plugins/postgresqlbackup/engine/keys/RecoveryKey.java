package io.jenkins.plugins.postgresqlbackup.engine.keys;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A raw key as a person prints and types it: {@code PGB-RECOVERY-} and eight groups of eight characters of Crockford's base32.
 * A group holds four bytes of the key and a check byte (CRC-8 that starts with the group's number), so that every single wrong
 * character, and two groups swapped, are told by the group's number.
 *
 * @param text shown once, and kept where neither the repository nor Jenkins is
 */
public record RecoveryKey(String text) {
    static final String PREFIX = "PGB-RECOVERY-";
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final String BARE_PREFIX = "PGBRECOVERY";
    private static final int GROUPS = 8;
    private static final int GROUP_CHARACTERS = 8;
    private static final int GROUP_BYTES = RawKey.LENGTH / GROUPS;

    static RecoveryKey generate(SecureRandom random) {
        byte[] key = new byte[RawKey.LENGTH];
        random.nextBytes(key);
        try {
            return of(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    static RecoveryKey of(byte[] key) {
        List<String> groups = new ArrayList<>();
        for (int group = 0; group < GROUPS; group++) {
            groups.add(encode(key, group));
        }
        return new RecoveryKey(PREFIX + String.join("-", groups));
    }

    private static String encode(byte[] key, int group) {
        long bits = 0;
        for (int i = 0; i < GROUP_BYTES; i++) {
            bits = bits << 8 | key[group * GROUP_BYTES + i] & 0xff;
        }
        bits = bits << 8 | check(bits, group);
        StringBuilder text = new StringBuilder();
        for (int i = GROUP_CHARACTERS - 1; i >= 0; i--) {
            text.append(ALPHABET.charAt((int) (bits >>> 5 * i & 31)));
        }
        return text.toString();
    }

    /** CRC-8, polynomial x⁸+x²+x+1: finds every error that spans at most eight bits, as one wrong character does. */
    private static int check(long fourBytes, int group) {
        int crc = group + 1;
        for (int shift = 24; shift >= 0; shift -= 8) {
            crc ^= (int) (fourBytes >>> shift & 0xff);
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x80) != 0 ? crc << 1 ^ 0x107 : crc << 1;
            }
        }
        return crc;
    }

    static boolean looksLikeOne(String text) {
        return bare(text).startsWith(BARE_PREFIX);
    }

    /** Reads what a person typed; case, spaces, line ends and hyphens do not matter, and O, I, L stand for 0, 1, 1. */
    static RawKey parse(String text) throws KeyException {
        String digits = bare(text);
        digits = digits.startsWith(BARE_PREFIX) ? digits.substring(BARE_PREFIX.length()) : digits;
        if (digits.length() != GROUPS * GROUP_CHARACTERS) {
            throw new KeyException("A recovery key has " + GROUPS * GROUP_CHARACTERS + " characters after \"" + PREFIX
                    + "\", and this one has " + digits.length() + "; compare it with the printed one.");
        }
        byte[] key = new byte[RawKey.LENGTH];
        try {
            for (int group = 0; group < GROUPS; group++) {
                decode(digits, group, key);
            }
            return new RawKey(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static void decode(String digits, int group, byte[] key) throws KeyException {
        long bits = 0;
        for (int i = 0; i < GROUP_CHARACTERS; i++) {
            int value = ALPHABET.indexOf(digits.charAt(group * GROUP_CHARACTERS + i));
            if (value < 0) {
                throw mistyped(group);
            }
            bits = bits << 5 | value;
        }
        if ((bits & 0xff) != check(bits >>> 8, group)) {
            throw mistyped(group);
        }
        for (int i = 0; i < GROUP_BYTES; i++) {
            key[group * GROUP_BYTES + i] = (byte) (bits >>> 8 * (GROUP_BYTES - i));
        }
    }

    private static KeyException mistyped(int group) {
        return new KeyException("Group " + (group + 1) + " of the " + GROUPS
                + " groups of the recovery key is mistyped or out of place; compare it with the printed one.");
    }

    private static String bare(String text) {
        String upper = text.toUpperCase(Locale.ROOT).replaceAll("[\\s-]", "");
        String rest = upper.startsWith(BARE_PREFIX) ? upper.substring(BARE_PREFIX.length()) : upper;
        String prefix = upper.substring(0, upper.length() - rest.length());
        return prefix + rest.replace('O', '0').replace('I', '1').replace('L', '1');
    }

    @Override
    public String toString() {
        return "a recovery key";
    }
}
