package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupabaseSettingsTest {
    private static final String REFERENCE = "abcdefghijklmnopqrst";
    private static final String LOCATION = "supabase://" + REFERENCE + "/backups/prod";
    private static final String SERVICE_KEY = SupabaseServer.token("service_role", REFERENCE);

    private static SupabaseSettings parse(String location) {
        return SupabaseSettings.parse(URI.create(location), name -> null);
    }

    @Test
    void aReferenceNamesTheServersOfItsProject() {
        SupabaseSettings settings = parse("supabase://" + REFERENCE + "/backups/prod/main/");
        assertThat(settings.project()).contains(new SupabaseProject(REFERENCE));
        assertThat(settings.rest()).hasToString("https://" + REFERENCE + ".supabase.co/storage/v1");
        assertThat(settings.s3()).hasToString("https://" + REFERENCE + ".storage.supabase.co/storage/v1/s3");
        assertThat(settings.bucket()).isEqualTo("backups");
        assertThat(settings.prefix()).isEqualTo("prod/main/");
        assertThat(settings.describe()).isEqualTo("supabase://" + REFERENCE + "/backups/prod/main");
        assertThat(parse("supabase://" + REFERENCE + "/backups").prefix()).isEmpty();
    }

    @Test
    void parametersAreRead() {
        SupabaseSettings settings = parse("supabase:///b?url=http://127.0.0.1:8000/&region=eu-central-1"
                + "&fileSizeLimit=5G&attempts=2&timeout=7");
        assertThat(settings.rest()).hasToString("http://127.0.0.1:8000/storage/v1");
        assertThat(settings.s3()).hasToString("http://127.0.0.1:8000/storage/v1/s3");
        assertThat(settings.project()).isEmpty();
        assertThat(settings.region()).contains("eu-central-1");
        assertThat(settings.fileSizeLimit()).hasValue(5L << 30);
        assertThat(settings.attempts()).isEqualTo(2);
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(settings.describe()).isEqualTo("supabase://127.0.0.1:8000/b");
    }

    @Test
    void theEnvironmentNamesTheProjectWhereTheUrlDoesNot() {
        Map<String, String> next = Map.of("NEXT_PUBLIC_SUPABASE_URL", "https://" + REFERENCE + ".supabase.co/");
        assertThat(SupabaseSettings.parse(URI.create("supabase:///backups/prod"), next::get)
                        .describe())
                .isEqualTo(LOCATION);
        Map<String, String> own = Map.of("SUPABASE_URL", "https://supabase.example.com", "SUPABASE_S3_REGION", "local");
        SupabaseSettings settings = SupabaseSettings.parse(URI.create("supabase:///backups/prod"), own::get);
        assertThat(settings.describe()).isEqualTo("supabase://supabase.example.com/backups/prod");
        assertThat(settings.region()).contains("local");
        assertThat(SupabaseSettings.parse(URI.create(LOCATION), own::get).describe())
                .isEqualTo(LOCATION);
    }

    @Test
    void aKeyThatGoesOverANetworkInTheOpenIsKnown() {
        assertThat(parse(LOCATION).isInTheOpen()).isFalse();
        assertThat(parse("supabase:///b/p?url=http://127.0.0.1:54321").isInTheOpen())
                .isFalse();
        assertThat(parse("supabase:///b/p?url=http://localhost:54321").isInTheOpen())
                .isFalse();
        assertThat(parse("supabase:///b/p?url=http://supabase.example.com").isInTheOpen())
                .isTrue();
    }

    @Test
    void itsS3EndpointIsSpokenToAsItNeeds() {
        S3Settings settings = S3Settings.parse(parse(LOCATION).asS3(), name -> null);
        assertThat(settings.endpoint()).contains(parse(LOCATION).s3());
        assertThat(settings.bucket()).isEqualTo("backups");
        assertThat(settings.prefix()).isEqualTo("prod/");
        assertThat(settings.pathStyle()).isTrue();
        assertThat(settings.chunkedSigning()).isFalse();
        assertThat(settings.checksum()).isEqualTo(S3Settings.Checksum.NONE);
        assertThat(settings.exclusive()).contains(false);
        assertThat(settings.region()).contains("us-east-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "supabase:bucket | after two slashes",
                "supabase:///backups/prod | set SUPABASE_URL",
                "supabase://tooshort/backups | not a project's reference",
                "supabase://abcdefghijklmnopqrst | not the name of a bucket",
                "supabase://abcdefghijklmnopqrst/a%20b | not the name of a bucket",
                "supabase://abcdefghijklmnopqrst/b/a//c | cannot be the prefix",
                "supabase://abcdefghijklmnopqrst/b/.hidden | cannot be the prefix",
                "supabase://key:secret@abcdefghijklmnopqrst/b | Keys do not belong into a URL",
                "supabase:///b?url=ftp://example.com | is an address",
                "supabase:///b?url=https://user@example.com | is an address",
                "supabase://abcdefghijklmnopqrst/b?fileSizeLimit=many | is a size such as 50M",
                "supabase://abcdefghijklmnopqrst/b?attempts=0 | number from 1 to 20",
                "supabase://abcdefghijklmnopqrst/b?region= | is empty or given twice",
                "supabase://abcdefghijklmnopqrst/b?partSize=5M | no parameter partSize"
            })
    void whatIsNotRightIsToldInASentence(String location, String sentence) {
        assertThatThrownBy(() -> parse(location))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence)
                .message()
                .endsWith(".")
                .doesNotContain("secret@");
    }

    @Test
    void aLocationCanBeLookedAtWhereItsEnvironmentIsNot() {
        ObjectStores.check(URI.create("supabase:///backups/prod"));
        ObjectStores.check(URI.create(LOCATION));
        assertThatThrownBy(() -> ObjectStores.check(URI.create("supabase:///backups/prod?bucket=b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no parameter bucket");
    }

    @Test
    void keysComeFromTheEnvironmentAnAccessKeyBeforeOthers() throws StorageException {
        SupabaseSettings settings = parse(LOCATION);
        Map<String, String> service = Map.of("SUPABASE_SERVICE_ROLE_KEY", " " + SERVICE_KEY + "\n");
        assertThat(SupabaseLogin.choose(settings, Optional.empty(), service::get))
                .isEqualTo(new SupabaseKey(SERVICE_KEY));
        Map<String, String> secret = Map.of("SUPABASE_SECRET_KEY", SupabaseServer.SECRET_KEY);
        assertThat(SupabaseLogin.choose(settings, Optional.empty(), secret::get))
                .isEqualTo(new SupabaseKey(SupabaseServer.SECRET_KEY));
        Map<String, String> both = Map.of(
                "SUPABASE_SERVICE_ROLE_KEY", SERVICE_KEY,
                "SUPABASE_S3_ACCESS_KEY_ID", "id",
                "SUPABASE_S3_SECRET_ACCESS_KEY", "secret");
        assertThat(SupabaseLogin.choose(settings, Optional.empty(), both::get))
                .isEqualTo(new S3Keys("id", "secret", Optional.empty()));
        Map<String, String> session =
                Map.of("SUPABASE_S3_SESSION_TOKEN", "a.user.token", "NEXT_PUBLIC_SUPABASE_ANON_KEY", "anon");
        assertThat(SupabaseLogin.choose(settings, Optional.empty(), session::get))
                .isEqualTo(new S3Keys(REFERENCE, "anon", Optional.of("a.user.token")));
        SupabaseKey given = new SupabaseKey("given");
        assertThat(SupabaseLogin.choose(settings, Optional.of(given), both::get))
                .isSameAs(given);
        assertThatThrownBy(() -> SupabaseLogin.choose(settings, Optional.empty(), name -> null))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(LOCATION + " could not be opened")
                .hasMessageContaining("SUPABASE_SERVICE_ROLE_KEY")
                .hasMessageContaining("SUPABASE_S3_ACCESS_KEY_ID");
    }

    @Test
    void anOldKeyIsSentTwiceAndANewOneOnlyWhereNoTokenIsWanted() throws StorageException {
        SupabaseSettings settings = parse(LOCATION);
        assertThat(SupabaseLogin.headers(settings, new SupabaseKey(SERVICE_KEY + "\n")))
                .containsOnly(Map.entry("apikey", SERVICE_KEY), Map.entry("Authorization", "Bearer " + SERVICE_KEY));
        assertThat(SupabaseLogin.headers(settings, new SupabaseKey(SupabaseServer.SECRET_KEY)))
                .containsOnly(Map.entry("apikey", SupabaseServer.SECRET_KEY));
    }

    @Test
    void aKeyThatWillNotDoIsToldByLookingAtIt() {
        SupabaseSettings settings = parse(LOCATION);
        refuses(settings, SupabaseServer.token("anon", REFERENCE), "this is the anon key");
        refuses(settings, SupabaseServer.token("authenticated", REFERENCE), "role \"authenticated\"");
        refuses(settings, "sb_publishable_hunter2", "this is a publishable key");
        refuses(settings, SupabaseServer.token("service_role", "zyxwvutsrqponmlkjihg"), "key of another project, zyxw");
        refuses(settings, "hunter2", "no key of a Supabase project");
        refuses(settings, "sb_secret_hunter2\nX-Header: x", "no key of a Supabase project");
        refuses(settings, "a.hunter2.c", "no key of a Supabase project");
    }

    private static void refuses(SupabaseSettings settings, String key, String sentence) {
        assertThatThrownBy(() -> SupabaseLogin.headers(settings, new SupabaseKey(key)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(LOCATION + " could not be opened")
                .hasMessageContaining(sentence)
                .hasMessageContaining("SUPABASE_SERVICE_ROLE_KEY")
                .message()
                .doesNotContain(key)
                .doesNotContain("hunter2");
        assertThat(new SupabaseKey(key).toString()).doesNotContain(key);
    }
}
