package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    @Test
    void allPartsAreRead() {
        assertThat(DatabaseUrl.parse(
                        "postgresql://me%40work@db.example.org:6000/my%20db?sslmode=verify-full&sslrootcert=/a+b"))
                .isEqualTo(new DatabaseUrl(
                        "db.example.org",
                        6000,
                        "my db",
                        "me@work",
                        Map.of("sslmode", "verify-full", "sslrootcert", "/a+b")));
        assertThat(DatabaseUrl.parse("postgres://me@[::1]:6000/x").host()).isEqualTo("::1");
        assertThat(DatabaseUrl.parse("postgres://me@[::1]").port()).isEqualTo(5432);
        assertThat(DatabaseUrl.parse("postgresql://me@h")).isEqualTo(new DatabaseUrl("h", 5432, "me", "me", Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://me@h:5432/db",
                "postgresql://me%40work@[::1]:1/my%20%C3%A4%3F%26?connect_timeout=3&sslmode=require",
                "postgresql://a%3Ab@h:65535/x%25"
            })
    void whatIsShownIsReadBackTheSame(String text) {
        DatabaseUrl url = DatabaseUrl.parse(text);
        assertThat(url).hasToString(text);
        assertThat(DatabaseUrl.parse(url.toString())).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mysql://me@h/db|postgresql://user@host:port/database",
                "postgresql://h/db|names no user",
                "postgresql://me:secret@h/db|holds a password",
                "postgresql://me:@h/db|holds a password",
                "postgresql://me@h/db?password=secret|holds a password",
                "postgresql://me@h/db?sslpassword=secret|holds a password",
                "postgresql://me@/db|no Unix sockets",
                "postgresql://me@%2Fvar%2Frun%2Fpostgresql/db|no Unix sockets",
                "postgresql://me@/db?host=/tmp|no Unix sockets",
                "postgresql://me@a,b/db|several hosts",
                "postgresql://me@h:0/db|1 to 65535",
                "postgresql://me@h:x/db|1 to 65535",
                "postgresql://me@h/db?sslcrl=/x|'sslcrl'",
                "postgresql://me@h/db?sslmode|'sslmode'",
                "postgresql://me@h/100%|%25"
            })
    void whatIsWrongIsSaidWithoutSecrets(String text, String sentence) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence)
                .hasMessageNotContaining("secret");
    }
}
