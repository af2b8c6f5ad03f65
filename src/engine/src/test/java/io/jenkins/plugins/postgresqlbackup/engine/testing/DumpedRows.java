package io.jenkins.plugins.postgresqlbackup.engine.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The data section of a dump: for each COPY statement how many rows it has and a sum over their hashes, which does not
 * depend on their order; and all other lines (sequences, large objects). Rows of several partitions that are loaded
 * through their root count as one table's.
 */
record DumpedRows(Map<String, Sum> tables, List<String> otherLines) {
    /** A number of rows and the sum of the two halves of their hashes. */
    record Sum(long rows, long first, long second) {
        private static final Sum NONE = new Sum(0, 0, 0);

        private Sum plus(Hash hash) {
            return new Sum(rows + 1, first + hash.first, second + hash.second);
        }
    }

    /** 128 bits of a row's SHA-256. */
    record Hash(long first, long second) {}

    /** Takes each row with the COPY statement it belongs to. */
    @FunctionalInterface
    interface RowVisitor {
        void row(String statement, String row, Hash hash);
    }

    static DumpedRows read(InputStream dump) throws IOException {
        Map<String, Sum> tables = new TreeMap<>();
        List<String> others = visit(
                dump,
                statement -> tables.putIfAbsent(statement, Sum.NONE),
                (statement, row, hash) -> tables.merge(statement, Sum.NONE.plus(hash), (a, b) -> a.plus(hash)));
        return new DumpedRows(tables, others);
    }

    /** Walks through the section; each character stands for a byte. */
    static List<String> visit(InputStream dump, java.util.function.Consumer<String> statements, RowVisitor rows)
            throws IOException {
        MessageDigest digest = sha256();
        List<String> others = new ArrayList<>();
        InputStream in = new BufferedInputStream(dump, 1 << 16);
        for (String line; (line = line(in)) != null; ) {
            if (line.startsWith("COPY ")) {
                String statement = wholeStatement(line, in);
                statements.accept(statement);
                for (String row; (row = line(in)) != null && !row.equals("\\."); ) {
                    ByteBuffer hash = ByteBuffer.wrap(digest.digest(row.getBytes(StandardCharsets.ISO_8859_1)));
                    rows.row(statement, row, new Hash(hash.getLong(), hash.getLong()));
                }
            } else if (!line.isEmpty() && !line.startsWith("--") && !line.startsWith("SET ") && !session(line)) {
                others.add(line.length() < 1000 ? line : line.substring(0, 100) + "… " + hex(digest, line));
            }
        }
        return others;
    }

    private static boolean session(String line) {
        return line.startsWith("\\restrict ")
                || line.startsWith("\\unrestrict ")
                || line.startsWith("SELECT pg_catalog.set_config('search_path'");
    }

    /** A name with a line feed in it makes the statement several lines long. */
    private static String wholeStatement(String firstLine, InputStream in) throws IOException {
        StringBuilder statement = new StringBuilder(firstLine);
        while (!(quotesAreClosed(statement) && statement.toString().endsWith(" FROM stdin;"))) {
            String next = line(in);
            if (next == null) {
                throw new IOException("The dump ends within " + statement);
            }
            statement.append('\n').append(next);
        }
        return statement.toString();
    }

    private static boolean quotesAreClosed(CharSequence statement) {
        return statement.chars().filter(c -> c == '"').count() % 2 == 0;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b; (b = in.read()) >= 0; ) {
            if (b == '\n') {
                return bytes.toString(StandardCharsets.ISO_8859_1);
            }
            bytes.write(b);
        }
        return bytes.size() == 0 ? null : bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static String hex(MessageDigest digest, String line) {
        return java.util.HexFormat.of().formatHex(digest.digest(line.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
