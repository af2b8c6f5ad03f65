package io.jenkins.plugins.postgresqlbackup.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobPatternsTest {
    @ParameterizedTest
    @CsvSource({
        "nightly, nightly",
        "operations/nightly, operations/nightly",
        "/operations/nightly/, operations/nightly",
        "operations, operations/nightly",
        "operations, operations/orders/main",
        "operations/orders, operations/orders/PR-17",
        "operations/orders/main, operations/orders/main",
        "operations/*/main, operations/orders/main",
        "operations/**, operations/a/b/c",
        "**/nightly, nightly",
        "**/nightly, a/b/nightly",
        "a/**/z, a/z",
        "a/**/z, a/b/c/z",
        "backup-*-full, backup-shop-full",
        "backup-*, backup-",
        "orders/feature%2Fx, orders/feature%2Fx",
        "a.b, a.b",
        "matrix, matrix/os=linux",
        "'[x] (1+)', '[x] (1+)'",
        "**, anything/at/all",
    })
    void aListedJobMay(String pattern, String job) {
        assertThat(JobPatterns.parse(pattern).allow(job)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "nightly, nightly2",
        "nightly, my-nightly",
        "nightly, operations/nightly",
        "nightly, Nightly",
        "operations/nightly, operations",
        "operations/nightly, operations/nightlyy",
        "operations, operations2/nightly",
        "operations, my/operations/nightly",
        "operations/orders/main, operations/orders/PR-17",
        "operations/*/main, operations/main",
        "operations/*/main, operations/a/b/main",
        "backup-*-full, backup-shop/x-full",
        "backup-*-full, x/backup-shop-full",
        "**/nightly, a/nightly2",
        "a/**/z, a/bz",
        "a.b, axb",
        "a?b, axb",
        "(a|b), a",
        "'\\Qa\\E', a",
        "'[ab]', a",
        "operations/../secret, secret",
        "operations/../secret, operations/secret",
        "operations, ../operations/x",
        "operations/., operations/x",
        "orders/feature/x, orders/feature%2Fx",
        "operations\\nightly, operations/nightly",
    })
    void aJobThatIsNotListedMayNot(String pattern, String job) {
        assertThat(JobPatterns.parse(pattern).allow(job)).isFalse();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "\n", "  \n\t\n", "/", "//\n/"})
    void noLineMeansNoJob(String text) {
        assertThat(JobPatterns.parse(text).allow("nightly")).isFalse();
        assertThat(JobPatterns.parse(text).allow("")).isFalse();
    }

    @Test
    void eachLineListsAJob() {
        JobPatterns patterns = JobPatterns.parse(" first \r\n\n second/x\n");
        assertThat(patterns.allow("first")).isTrue();
        assertThat(patterns.allow("second/x")).isTrue();
        assertThat(patterns.allow("first \r\n")).isFalse();
        assertThat(patterns.allow("third")).isFalse();
    }
}
