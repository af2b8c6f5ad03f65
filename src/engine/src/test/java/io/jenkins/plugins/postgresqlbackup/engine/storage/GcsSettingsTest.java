package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GcsSettingsTest {
    @Test
    void aBucketAloneIsGoogles() {
        GcsSettings settings = parse("gs://my.backups");
        assertThat(settings.bucket()).isEqualTo("my.backups");
        assertThat(settings.prefix()).isEmpty();
        assertThat(settings.server()).isEqualTo(URI.create("https://storage.googleapis.com"));
        assertThat(settings.anonymous()).isFalse();
        assertThat(settings.chunkBytes()).isEqualTo(8 * 1024 * 1024);
        assertThat(settings.key("keys/k")).isEqualTo("keys/k");
        assertThat(settings.describe()).isEqualTo("gs://my.backups");
    }

    @Test
    void everyParameterIsUnderstood() {
        GcsSettings settings = parse("gs://backups/prod/db1/?endpoint=storage.example.com&anonymous=true&userProject=p1"
                + "&chunkSize=512K&storageClass=NEARLINE&attempts=7&timeout=30"
                + "&kmsKey=projects/p/locations/eu/keyRings/r/cryptoKeys/k");
        assertThat(settings.prefix()).isEqualTo("prod/db1/");
        assertThat(settings.key("keys/k")).isEqualTo("prod/db1/keys/k");
        assertThat(settings.server()).isEqualTo(URI.create("https://storage.example.com"));
        assertThat(settings.anonymous()).isTrue();
        assertThat(settings.userProject()).contains("p1");
        assertThat(settings.chunkBytes()).isEqualTo(512 * 1024);
        assertThat(settings.storageClass()).contains("NEARLINE");
        assertThat(settings.kmsKey()).contains("projects/p/locations/eu/keyRings/r/cryptoKeys/k");
        assertThat(settings.attempts()).isEqualTo(7);
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.describe()).isEqualTo("gs://backups/prod/db1 at storage.example.com");
    }

    @Test
    void theUsualVariableNamesAnEmulatorWhichGetsNoCredentials() {
        Map<String, String> variables = Map.of("STORAGE_EMULATOR_HOST", "gcs:4443");
        GcsSettings settings = GcsSettings.parse(URI.create("gs://b01/p"), variables::get);
        assertThat(settings.endpoint()).contains(URI.create("http://gcs:4443"));
        assertThat(settings.anonymous()).isTrue();
        GcsSettings named = GcsSettings.parse(URI.create("gs://b01/p?endpoint=storage.example.com"), variables::get);
        assertThat(named.endpoint()).contains(URI.create("https://storage.example.com"));
        assertThat(named.anonymous()).isFalse();
    }

    @Test
    void credentialsAreNotSentInTheClear() {
        assertThatThrownBy(() -> parse("gs://b01/p?endpoint=http://storage.example.com"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http://storage.example.com")
                .hasMessageContaining("https://")
                .hasMessageContaining("anonymous=true");
        assertThatThrownBy(() -> parse("gs://b01/p?endpoint=http://127.evil.example"))
                .hasMessageContaining("without encryption");
        assertThat(parse("gs://b01/p?endpoint=http://storage.example.com&anonymous=true")
                        .anonymous())
                .isTrue();
        for (String local : new String[] {"localhost:4443", "127.0.0.1:4443", "[::1]:4443"}) {
            assertThat(parse("gs://b01/p?endpoint=http://" + local).anonymous()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gs:bucket | two slashes",
                "gs:/bucket | two slashes",
                "gs://key@bucket/p | Keys do not belong into a URL",
                "gs://Bucket/p | is not the name of a bucket",
                "gs://b/p | is not the name of a bucket",
                "gs://bucket:443/p | is not the name of a bucket",
                "gs://bucket/a//b | cannot be the prefix",
                "gs://bucket/.a | cannot be the prefix",
                "gs://bucket/p?chunksize=1M | no parameter chunksize",
                "gs://bucket/p?chunkSize=1000K | multiple of 256K",
                "gs://bucket/p?chunkSize=65M | multiple of 256K",
                "gs://bucket/p?chunkSize=0M | a size such as",
                "gs://bucket/p?chunkSize=1000000 | multiple of 256K",
                "gs://bucket/p?attempts=0 | a number from 1 to 20",
                "gs://bucket/p?timeout=x | a number from 1 to 3600",
                "gs://bucket/p?anonymous=yes | true or false",
                "gs://bucket/p?userProject= | empty or given twice",
                "gs://bucket/p?attempts=1&attempts=2 | empty or given twice",
                "gs://bucket/p?endpoint=ftp://x | a server's address",
                "gs://bucket/p?endpoint=https://x/path | a server's address",
                "gs://bucket/p?endpoint=https://me@x | a server's address"
            })
    void whatIsWrongIsToldInASentence(String url, String sentence) {
        assertThatThrownBy(() -> parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }

    private static GcsSettings parse(String url) {
        return GcsSettings.parse(URI.create(url), name -> null);
    }
}
