package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StorageKeysTest {
    private static final String SECRET = "hunter2-and-more";
    private static final URI BUCKET = URI.create("s3://bucket/prefix");

    private static void assertRefused(String location, Optional<String> user, String secret, String sentence) {
        assertThatThrownBy(() -> StorageKeys.of(URI.create(location), user, secret))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence)
                .message()
                .doesNotContain("hunter2");
    }

    @Test
    void aUsernameAndAPasswordAreAnAccessKeyOfS3() {
        StorageKeys keys = StorageKeys.of(BUCKET, Optional.of(" AKIA1 "), SECRET + "\n");
        assertThat(keys).isEqualTo(new S3Keys("AKIA1", SECRET, Optional.empty()));
        assertThat(keys.toString()).doesNotContain("hunter2");
    }

    @Test
    void forSupabaseASecretAloneIsItsKeyAndWithAUsernameAnAccessKey() {
        URI location = URI.create("supabase://abcdefghijklmnopqrst/bucket/prefix");
        assertThat(StorageKeys.of(location, Optional.empty(), SECRET + "\n")).isEqualTo(new SupabaseKey(SECRET));
        assertThat(StorageKeys.of(location, Optional.of("id"), SECRET))
                .isEqualTo(new S3Keys("id", SECRET, Optional.empty()));
    }

    @Test
    void aSecretTextAloneIsAKeyOfGoogles() {
        String json = "{\"private_key\":\"" + SECRET + "\"}";
        StorageKeys key = StorageKeys.of(URI.create("gs://bucket/prefix"), Optional.empty(), json);
        assertThat(key).isEqualTo(new GoogleKey(json));
        assertThat(key.toString()).doesNotContain("hunter2");
        assertRefused("gs://bucket/prefix", Optional.of("me"), json, "and no username");
        assertRefused("gs://bucket/prefix", Optional.empty(), SECRET, "the whole JSON file");
    }

    @Test
    void whatDoesNotFitIsRefusedInASentence() {
        assertRefused("s3://bucket/prefix", Optional.empty(), SECRET, "not with a secret alone");
        assertRefused("s3://bucket/prefix", Optional.of(" "), SECRET, "one of the two is empty");
        assertRefused("s3://bucket/prefix", Optional.of("AKIA1"), "", "one of the two is empty");
        assertRefused("supabase:///bucket", Optional.empty(), " ", "The secret is empty");
        assertRefused("file:/backups", Optional.of("AKIA1"), SECRET, "leave them out");
        assertRefused("ftp://host/backups", Optional.of("AKIA1"), SECRET, "cannot be at \"ftp:");
    }
}
