package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AmountsTest {
    @Test
    void bytesHaveAtMostThreeDigits() {
        assertThat(Amounts.bytes(0)).isEqualTo("0 B");
        assertThat(Amounts.bytes(999)).isEqualTo("999 B");
        assertThat(Amounts.bytes(1000)).isEqualTo("1.0 kB");
        assertThat(Amounts.bytes(99_949)).isEqualTo("99.9 kB");
        assertThat(Amounts.bytes(99_951)).isEqualTo("100 kB");
        assertThat(Amounts.bytes(999_499)).isEqualTo("999 kB");
        assertThat(Amounts.bytes(999_500)).isEqualTo("1.0 MB");
        assertThat(Amounts.bytes(Long.MAX_VALUE)).isEqualTo("9.2 EB");
    }

    @Test
    void timesGetCoarserAsTheyGrow() {
        assertThat(Amounts.duration(Duration.ofMillis(7))).isEqualTo("0.01 s");
        assertThat(Amounts.duration(Duration.ofMillis(4_240))).isEqualTo("4.2 s");
        assertThat(Amounts.duration(Duration.ofMillis(59_949))).isEqualTo("59.9 s");
        assertThat(Amounts.duration(Duration.ofMillis(65_000))).isEqualTo("1 min 05 s");
        assertThat(Amounts.duration(Duration.ofMinutes(127))).isEqualTo("2 h 07 min");
        assertThat(Amounts.clock(Duration.ofSeconds(7))).isEqualTo("0:07");
        assertThat(Amounts.clock(Duration.ofSeconds(11_100))).isEqualTo("3:05:00");
    }

    @Test
    void aShareOfNothingIsADash() {
        assertThat(Amounts.share(0, 0)).isEqualTo("–");
        assertThat(Amounts.share(4, 1000)).isEqualTo("0.4 %");
        assertThat(Amounts.share(213, 1000)).isEqualTo("21 %");
    }

    @Test
    void countsTellOneFromMany() {
        assertThat(Amounts.count(1, "row", "rows")).isEqualTo("1 row");
        assertThat(Amounts.count(1_000_204, "row", "rows")).isEqualTo("1,000,204 rows");
    }

    @Test
    void instantsAreInUtc() {
        Instant time = Instant.parse("2026-11-22T12:18:38Z");
        assertThat(Amounts.minute(time)).isEqualTo("2026-11-22 12:18");
        assertThat(Amounts.second(time)).isEqualTo("2026-11-22 12:18:38 UTC");
    }

    @Test
    void aRateNeedsSomeTime() {
        assertThat(Amounts.rate(1000, Duration.ZERO)).isEmpty();
        assertThat(Amounts.rate(196_000_000, Duration.ofSeconds(2))).isEqualTo("98.0 MB/s");
    }
}
