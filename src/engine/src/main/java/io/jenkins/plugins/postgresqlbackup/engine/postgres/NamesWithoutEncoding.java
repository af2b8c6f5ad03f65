package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.StringJoiner;

/**
 * Names in a SQL_ASCII database may be any bytes. Those that are no UTF-8 cannot be sent through the driver, which
 * writes every statement in UTF-8 and finds no conversion on the server.
 */
final class NamesWithoutEncoding {
    static final String CHARACTER_NOT_IN_REPERTOIRE = "22021";

    private static final int MOST = 20;

    private static final String QUERY = """
            SELECT what, convert_to(name, 'SQL_ASCII'), encode(convert_to(place || name, 'SQL_ASCII'), 'escape')
              FROM (SELECT 'schema', '', nspname::text FROM pg_namespace
                    UNION ALL
                    SELECT 'relation', nspname || '.', relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
                    UNION ALL
                    SELECT 'column', nspname || '.' || relname || '.', attname
                      FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
                     WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT attisdropped
                    UNION ALL
                    SELECT 'type', nspname || '.', typname
                      FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE typrelid = 0
                   ) names (what, place, name)
             WHERE octet_length(name) <> length(regexp_replace(name, '[^ -~]', '', 'g'))
            """;

    private NamesWithoutEncoding() {}

    /** Names them. The transaction in which they were found must be over. */
    static DatabaseException error(Connection connection, SQLException cause) throws SQLException {
        StringJoiner names = new StringJoiner(", ");
        int count = 0;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            while (row.next()) {
                if (!utf8(row.getBytes(2)) && ++count <= MOST) {
                    names.add(row.getString(1) + ' ' + row.getString(3));
                }
            }
        }
        return new DatabaseException(
                "The database has no encoding (SQL_ASCII) and " + count + " names that are no UTF-8, by which they"
                        + " cannot be called: " + names + (count > MOST ? ", …" : "")
                        + ". Rename them (ALTER … RENAME TO …).",
                cause);
    }

    private static boolean utf8(byte[] name) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
