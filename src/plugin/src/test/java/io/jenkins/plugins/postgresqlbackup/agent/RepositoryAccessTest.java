package io.jenkins.plugins.postgresqlbackup.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepositoryAccessTest {
    @ParameterizedTest
    @CsvSource({
        "file:/backups?x, file:/backups?x",
        "s3://b/p, s3://b/p?attempts=2&timeout=10",
        "s3://b/p?endpoint=http://x, s3://b/p?endpoint=http://x&attempts=2&timeout=10",
        "gs://b/p?timeout=5, gs://b/p?timeout=5&attempts=2",
        "supabase:///b?url=http://x&attempts=9&timeout=90, supabase:///b?url=http://x&attempts=9&timeout=90",
    })
    void whoeverTriesAPlaceWaitsForASilentServerNoLongerThanTheUrlAsksFor(URI location, URI tried) {
        assertThat(RepositoryAccess.impatient(location)).isEqualTo(tried);
    }

    @Test
    void aNodeGetsOnlyTheLibrariesThatThePlaceNeeds() {
        assertThat(libraries("file:/backups", StorageAccess.ofNode())).isEqualTo(AgentLibraries.ENGINE);
        assertThat(libraries("s3://b/p", StorageAccess.ofNode())).isEqualTo(AgentLibraries.S3);
        assertThat(libraries("GS://b/p", StorageAccess.ofNode())).isEqualTo(AgentLibraries.GOOGLE);
        StorageAccess secret = StorageAccess.of(null, bytes("service key"));
        StorageAccess accessKey = StorageAccess.of("id", bytes("secret"));
        assertThat(libraries("supabase://x/b/p", secret)).isEqualTo(AgentLibraries.HTTP);
        assertThat(libraries("supabase://x/b/p", accessKey)).isEqualTo(AgentLibraries.S3);
        assertThat(libraries("supabase://x/b/p", StorageAccess.ofNode())).isEqualTo(AgentLibraries.S3);
    }

    private static AgentLibraries libraries(String url, StorageAccess storage) {
        return new RepositoryAccess(url, bytes("key"), "", storage).libraries();
    }

    @Test
    void noSecretShowsItselfAndNoneIsLeftOnceItIsWiped() {
        byte[] key = bytes("the key of it");
        byte[] secret = bytes("the storage's");
        RepositoryAccess access = new RepositoryAccess("s3://b/p", key, "", StorageAccess.of("id", secret));
        assertThat(access.toString()).isEqualTo("s3://b/p");
        access.wipe();
        assertThat(key).containsOnly(0);
        assertThat(secret).containsOnly(0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
