package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class S3SettingsTest {
    @Test
    void aBucketAloneIsAmazons() {
        S3Settings settings = parse("s3://my.backups");
        assertThat(settings.bucket()).isEqualTo("my.backups");
        assertThat(settings.prefix()).isEmpty();
        assertThat(settings.endpoint()).isEmpty();
        assertThat(settings.pathStyle()).isFalse();
        assertThat(settings.exclusive()).contains(true);
        assertThat(settings.checksum()).isEqualTo(S3Settings.Checksum.CRC32C);
        assertThat(settings.describe()).isEqualTo("s3://my.backups");
    }

    @Test
    void anotherServersHabitsAreFoundOutAndItsOldestChecksumIsUsed() {
        S3Settings settings = parse("s3://backups/prod/db1?endpoint=https://minio.example.com:9000&pathStyle=true");
        assertThat(settings.prefix()).isEqualTo("prod/db1/");
        assertThat(settings.endpoint()).contains(URI.create("https://minio.example.com:9000"));
        assertThat(settings.pathStyle()).isTrue();
        assertThat(settings.exclusive()).isEmpty();
        assertThat(settings.checksum()).isEqualTo(S3Settings.Checksum.MD5);
        assertThat(settings.describe()).isEqualTo("s3://backups/prod/db1 at minio.example.com:9000");
    }

    @Test
    void anEndpointWithoutAProtocolIsHttpsAndOnAnAddressThePathHoldsTheBucket() {
        assertThat(parse("s3://b1/p?endpoint=s3.example.com").endpoint())
                .contains(URI.create("https://s3.example.com"));
        assertThat(parse("s3://b1/p?endpoint=s3.example.com").pathStyle()).isFalse();
        assertThat(parse("s3://b1/p?endpoint=http://10.0.0.1:9000").pathStyle()).isTrue();
        assertThat(parse("s3://b1/p?endpoint=http://localhost:9000").pathStyle())
                .isTrue();
        assertThat(parse("s3://b1/p?endpoint=http://localhost:9000&pathStyle=false")
                        .pathStyle())
                .isFalse();
    }

    @Test
    void theUsualVariablesNameAnEndpointWhereTheUrlDoesNot() {
        Map<String, String> variables = Map.of("AWS_ENDPOINT_URL", "https://minio.example.com");
        S3Settings settings = S3Settings.parse(URI.create("s3://b1/p"), variables::get);
        assertThat(settings.endpoint()).contains(URI.create("https://minio.example.com"));
        assertThat(settings.exclusive()).isEmpty();
        assertThat(S3Settings.parse(URI.create("s3://b1/p?endpoint=s3.example.com"), variables::get)
                        .endpoint())
                .contains(URI.create("https://s3.example.com"));
    }

    @Test
    void everyParameterIsUnderstood() {
        S3Settings settings = parse(
                "s3://b1/p/?region=eu-west-1&profile=backup&role=arn:aws:iam::1:role/x&externalId=e%201"
                        + "&partSize=16M&maxParts=1000&checksum=none&chunkedSigning=true&storageClass=STANDARD_IA"
                        + "&encryption=aws:kms&kmsKey=alias/k&largestObject=300M&exclusive=false&attempts=7&timeout=90");
        assertThat(settings.prefix()).isEqualTo("p/");
        assertThat(settings.region()).contains("eu-west-1");
        assertThat(settings.profile()).contains("backup");
        assertThat(settings.role()).contains("arn:aws:iam::1:role/x");
        assertThat(settings.externalId()).contains("e 1");
        assertThat(settings.partBytes()).isEqualTo(16 * 1024 * 1024);
        assertThat(settings.maxParts()).isEqualTo(1000);
        assertThat(settings.checksum()).isEqualTo(S3Settings.Checksum.NONE);
        assertThat(settings.chunkedSigning()).isTrue();
        assertThat(settings.storageClass()).contains("STANDARD_IA");
        assertThat(settings.encryption()).contains("aws:kms");
        assertThat(settings.kmsKey()).contains("alias/k");
        assertThat(settings.largestObject()).hasValue(300L << 20);
        assertThat(settings.exclusive()).contains(false);
        assertThat(settings.attempts()).isEqualTo(7);
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void whatIsWrongIsSaidInASentence() {
        assertRefused("s3:bucket", "after two slashes");
        assertRefused("s3:///prefix", "after two slashes");
        assertRefused("s3://x/prefix", "not the name of a bucket");
        assertRefused("s3://key:hunter2@bucket/prefix", "Keys do not belong into a URL");
        assertRefused("s3://bucket/a%20b", "cannot be the prefix");
        assertRefused("s3://bucket/a//b", "cannot be the prefix");
        assertRefused("s3://bucket/" + "a".repeat(257), "cannot be the prefix");
        assertRefused("s3://bucket/p?secret=hunter2", "no parameter secret");
        assertRefused("s3://bucket/p?pathStyle=yes", "true or false");
        assertRefused("s3://bucket/p?partSize=1M", "5M to 64M");
        assertRefused("s3://bucket/p?maxParts=0", "from 1 to 10000");
        assertRefused("s3://bucket/p?largestObject=1000000000000M", "a size such as 50M");
        assertRefused("s3://bucket/p?endpoint=ftp://x", "a server's address");
        assertRefused("s3://bucket/p?endpoint=https://me:hunter2@x", "a server's address");
        assertRefused("s3://bucket/p?region=a&region=b", "given twice");
        assertRefused("s3://bucket/p?region=", "empty");
        assertRefused("s3://bucket/p?kmsKey=k", "encryption=aws:kms");
        assertRefused("s3://bucket/p?externalId=k", "role=");
    }

    @Test
    void aKeyInAUrlIsRefusedAndNotRepeatedWhateverCharactersItHas() {
        for (String location : List.of(
                "s3://AKIA1:hunter2/more@bucket/prefix",
                "s3://AKIA1:hunter2+more@bucket/prefix",
                "s3://AKIA1:hunter2 more@bucket/prefix",
                "s3://AKIA1:hunter2%/more@bucket/prefix",
                "gs://me:hunter2/more@bucket/prefix",
                "supabase://me:hunter2/more@bucket/prefix")) {
            assertThatThrownBy(() -> ObjectStores.check(ObjectStores.location(location)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasNoCause()
                    .message()
                    .doesNotContain("hunter2");
        }
    }

    @Test
    void whatStandsBehindAHashIsNotIgnored() {
        for (String bucket : List.of("s3://bucket/", "gs://bucket/", "supabase://abcdefghijklmnopqrst/bucket/")) {
            assertThatThrownBy(() -> ObjectStores.check(ObjectStores.location(bucket + "prefix#2")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("#");
        }
    }

    private static void assertRefused(String location, String sentence) {
        assertThatThrownBy(() -> parse(location))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence)
                .message()
                .doesNotContain("hunter2");
    }

    private static S3Settings parse(String location) {
        return S3Settings.parse(ObjectStores.location(location), variable -> null);
    }
}
