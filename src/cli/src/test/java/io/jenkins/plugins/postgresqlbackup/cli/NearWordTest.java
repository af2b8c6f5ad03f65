package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearWordTest {
    private static final List<String> COMMANDS = List.of("init", "full", "list", "show", "verify", "restore", "key");

    @Test
    void swappedAndMissingLettersAreSeen() {
        assertThat(NearWord.of("lsit", COMMANDS)).contains("list");
        assertThat(NearWord.of("ful", COMMANDS)).contains("full");
        assertThat(NearWord.of("verfiy", COMMANDS)).contains("verify");
        assertThat(NearWord.of("keys", COMMANDS)).contains("key");
    }

    @Test
    void whatIsFarFromAllIsNotGuessed() {
        assertThat(NearWord.of("incremental", COMMANDS)).isEmpty();
        assertThat(NearWord.of("x", COMMANDS)).isEmpty();
    }

    @Test
    void distanceCountsASwapOnce() {
        assertThat(NearWord.distance("lsit", "list")).isEqualTo(1);
        assertThat(NearWord.distance("", "abc")).isEqualTo(3);
        assertThat(NearWord.distance("kitten", "sitting")).isEqualTo(3);
    }
}
