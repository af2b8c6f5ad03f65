package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * PostgreSQL's 64-bit hash of a line: {@code hashtextextended(line COLLATE "C", 0)} on a little-endian server.
 *
 * <p>It is Bob Jenkins's lookup3 (2006) over 32-bit words. PostgreSQL keeps it frozen, because hash partitioning
 * stores rows by it.
 */
public final class RowHash {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int START = 0x9e3779b9 + 3923095;

    private static final String PROBE = "pgbackup \\N\t0123456789 abcdefghijkl";

    private RowHash() {}

    /**
     * Whether the server computes the same: it does not on a big-endian machine. Where it does not, digests that the
     * server computes are of no use.
     */
    static boolean agreesWith(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT n, hashtextextended(substr(l, 1, n) COLLATE \"C\", 0)"
                        + " FROM (SELECT ?::text AS l) p, generate_series(0, length(p.l)) n")) {
            byte[] probe = PROBE.getBytes(StandardCharsets.US_ASCII);
            statement.setString(1, PROBE);
            boolean same = true;
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    same &= row.getLong(2) == hash(probe, 0, row.getInt(1));
                }
            }
            return same;
        }
    }

    /** The hash of {@code length} bytes from {@code offset}. */
    public static long hash(byte[] bytes, int offset, int length) {
        int a = START + length;
        int b = a;
        int c = a;
        int at = offset;
        int left = length;
        while (left >= 12) {
            a += (int) WORD.get(bytes, at);
            b += (int) WORD.get(bytes, at + 4);
            c += (int) WORD.get(bytes, at + 8);
            a -= c;
            a ^= Integer.rotateLeft(c, 4);
            c += b;
            b -= a;
            b ^= Integer.rotateLeft(a, 6);
            a += c;
            c -= b;
            c ^= Integer.rotateLeft(b, 8);
            b += a;
            a -= c;
            a ^= Integer.rotateLeft(c, 16);
            c += b;
            b -= a;
            b ^= Integer.rotateLeft(a, 19);
            a += c;
            c -= b;
            c ^= Integer.rotateLeft(b, 4);
            b += a;
            at += 12;
            left -= 12;
        }
        // The lowest byte of c is where the length went in, so the tail's third word starts at its second byte.
        if (left >= 8) {
            a += (int) WORD.get(bytes, at);
            b += (int) WORD.get(bytes, at + 4);
            c += tail(bytes, at + 8, left - 8) << 8;
        } else if (left >= 4) {
            a += (int) WORD.get(bytes, at);
            b += tail(bytes, at + 4, left - 4);
        } else {
            a += tail(bytes, at, left);
        }
        c ^= b;
        c -= Integer.rotateLeft(b, 14);
        a ^= c;
        a -= Integer.rotateLeft(c, 11);
        b ^= a;
        b -= Integer.rotateLeft(a, 25);
        c ^= b;
        c -= Integer.rotateLeft(b, 16);
        a ^= c;
        a -= Integer.rotateLeft(c, 4);
        b ^= a;
        b -= Integer.rotateLeft(a, 14);
        c ^= b;
        c -= Integer.rotateLeft(b, 24);
        return (long) b << 32 | c & 0xffffffffL;
    }

    private static int tail(byte[] bytes, int at, int count) {
        int word = 0;
        for (int i = 0; i < count; i++) {
            word |= (bytes[at + i] & 0xff) << 8 * i;
        }
        return word;
    }
}
