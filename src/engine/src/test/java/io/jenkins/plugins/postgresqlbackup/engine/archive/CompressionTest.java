package io.jenkins.plugins.postgresqlbackup.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {
    @ParameterizedTest
    @CsvSource({
        "zstd, zstd:1",
        "zstd:1, zstd:1",
        "ZSTD:19, zstd:19",
        "gzip, gzip:6",
        " gzip:9 , gzip:9",
        "none, none",
        "none:0, none"
    })
    void isReadAsItIsWritten(String text, String canonical) {
        assertThat(Compression.parse(text).toString()).isEqualTo(canonical);
        assertThat(Compression.parse(canonical)).isEqualTo(Compression.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "lz4", "zstd:", "zstd:x", "zstd:0", "zstd:20", "zstd:-1", "gzip:10", "none:1", "zstd:3:4"})
    void whatIsNoneIsRefusedWithASentence(String text) {
        assertThatThrownBy(() -> Compression.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .matches("(?s).*(use zstd, gzip or none|must be).*\\.");
    }

    @Test
    void gzipStandsInWhereZstdsNativeCodeIsMissing() {
        assertThat(Compression.ZSTD.usable(false)).isEqualTo(Compression.GZIP);
        assertThat(Compression.ZSTD.usable(true)).isEqualTo(Compression.ZSTD);
        assertThat(Compression.NONE.usable(false)).isEqualTo(Compression.NONE);
        assertThat(Compression.best()).isEqualTo(Compression.ZSTD);
    }
}
