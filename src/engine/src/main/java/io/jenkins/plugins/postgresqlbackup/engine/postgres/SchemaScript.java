package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What pg_restore writes as SQL, made fit for servers that are older than itself, too. */
final class SchemaScript {
    /** It switches off a limit that older servers do not have. */
    private static final byte[] UNKNOWN_TO_OLDER = "SET transaction_timeout = 0;\n".getBytes(StandardCharsets.US_ASCII);

    /** The settings come first, after a few lines of comment. */
    private static final int LINES_OF_HEAD = 20;

    private SchemaScript() {}

    static void copy(InputStream text, OutputStream sql) throws IOException {
        for (int i = 0; i < LINES_OF_HEAD; i++) {
            byte[] line = line(text);
            if (!Arrays.equals(line, UNKNOWN_TO_OLDER)) {
                sql.write(line);
            }
        }
        text.transferTo(sql);
    }

    private static byte[] line(InputStream text) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = text.read(); c >= 0; c = text.read()) {
            line.write(c);
            if (c == '\n') {
                break;
            }
        }
        return line.toByteArray();
    }
}
