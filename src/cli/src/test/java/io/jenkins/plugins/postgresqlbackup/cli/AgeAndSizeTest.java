package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AgeAndSizeTest {
    @Test
    void agesHaveAUnit() {
        assertThat(Age.parse("90m").duration()).isEqualTo(Duration.ofMinutes(90));
        assertThat(Age.parse("26h").duration()).isEqualTo(Duration.ofHours(26));
        assertThat(Age.parse("9d").duration()).isEqualTo(Duration.ofDays(9));
        assertThat(Age.parse("2w").duration()).isEqualTo(Duration.ofDays(14));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0h", "26", "h", "-1h", "1.5h", "26 hours", "9999999d"})
    void otherAgesAreRefused(String text) {
        assertThatThrownBy(() -> Age.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is wanted");
    }

    @ParameterizedTest
    @CsvSource({
        "500, 500",
        "500B, 500",
        "1kB, 1000",
        "500MB, 500000000",
        "1.5 TB, 1500000000000",
        "100GiB, 107374182400",
        "2g, 2000000000"
    })
    void sizesMayHaveOne(String text, long bytes) {
        assertThat(Size.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "GB", "-1GB", "1 2GB", "1XB", "1,5GB", "999999999PB"})
    void otherSizesAreRefused(String text) {
        assertThatThrownBy(() -> Size.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is wanted");
    }
}
