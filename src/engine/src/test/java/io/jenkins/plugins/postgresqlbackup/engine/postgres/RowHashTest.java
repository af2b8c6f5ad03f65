package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowHashTest {
    private final Random random = new Random(20261122);

    @Test
    void itIsTheServersHashForLinesOfEveryLength() throws Exception {
        try (Connection connection = TestPostgres.server().database("postgres").open("test");
                PreparedStatement statement =
                        connection.prepareStatement("SELECT hashtextextended(l COLLATE \"C\", 0), octet_length(l)"
                                + " FROM unnest(?::text[]) WITH ORDINALITY u(l, n) ORDER BY n")) {
            String[] lines = new String[6000];
            for (int i = 0; i < lines.length; i++) {
                lines[i] = line(i < 5050 ? i % 101 : 100 + random.nextInt(5000));
            }
            statement.setArray(1, connection.createArrayOf("text", lines));
            try (ResultSet row = statement.executeQuery()) {
                for (String line : lines) {
                    row.next();
                    byte[] bytes = ("~" + line + "~").getBytes(StandardCharsets.UTF_8);
                    assertThat(row.getInt(2)).isEqualTo(bytes.length - 2);
                    assertThat(RowHash.hash(bytes, 1, bytes.length - 2))
                            .as(line)
                            .isEqualTo(row.getLong(1));
                }
            }
        }
    }

    private String line(int length) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int c = random.nextInt(4) == 0 ? 0x80 + random.nextInt(0x2000) : 1 + random.nextInt(0x7f);
            line.append((char) c);
        }
        return line.toString();
    }

    @Test
    void aProbeShowsThatTheServerComputesTheSame() throws Exception {
        try (Connection connection = TestPostgres.server().database("postgres").open("test")) {
            assertThat(RowHash.agreesWith(connection)).isTrue();
        }
    }
}
