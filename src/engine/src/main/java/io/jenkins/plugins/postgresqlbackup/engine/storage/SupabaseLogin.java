package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * How one logs in at a Supabase project: with a key of its REST interface, old (a signed token that tells its project and role) or
 * new (an opaque text that tells its kind), or with an access key of its S3 endpoint.
 */
final class SupabaseLogin {
    private static final String GIVE =
            "put the project's secret key (sb_secret_…) or its service_role key into SUPABASE_SERVICE_ROLE_KEY";
    private static final String SECRET = "sb_secret_";
    private static final String PUBLISHABLE = "sb_publishable_";
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]+");
    private static final ObjectMapper JSON = new ObjectMapper();

    private SupabaseLogin() {}

    /**
     * The keys to use: the given ones, else those of the environment, an S3 access key before others.
     *
     * @throws StorageException when there are none
     */
    static StorageKeys choose(SupabaseSettings settings, Optional<StorageKeys> given, UnaryOperator<String> variables)
            throws StorageException {
        return given.or(() -> accessKey(variables))
                .or(() -> sessionToken(settings, variables))
                .or(() -> value(variables, "SUPABASE_SERVICE_ROLE_KEY").map(SupabaseKey::new))
                .or(() -> value(variables, "SUPABASE_SECRET_KEY").map(SupabaseKey::new))
                .orElseThrow(() ->
                        new StorageException(settings.describe() + " could not be opened (no key was found); " + GIVE
                                + ", or an S3 access key into SUPABASE_S3_ACCESS_KEY_ID and"
                                + " SUPABASE_S3_SECRET_ACCESS_KEY."));
    }

    private static Optional<StorageKeys> accessKey(UnaryOperator<String> variables) {
        return value(variables, "SUPABASE_S3_ACCESS_KEY_ID")
                .flatMap(id -> value(variables, "SUPABASE_S3_SECRET_ACCESS_KEY")
                        .map(secret -> new S3Keys(id, secret, value(variables, "SUPABASE_S3_SESSION_TOKEN"))));
    }

    /** A user's token opens the S3 endpoint together with the project's reference and its anon key. */
    private static Optional<StorageKeys> sessionToken(SupabaseSettings settings, UnaryOperator<String> variables) {
        Optional<String> anon =
                value(variables, "SUPABASE_ANON_KEY").or(() -> value(variables, "NEXT_PUBLIC_SUPABASE_ANON_KEY"));
        return value(variables, "SUPABASE_S3_SESSION_TOKEN")
                .flatMap(token -> anon.flatMap(secret -> settings.project()
                        .map(project -> new S3Keys(project.reference(), secret, Optional.of(token)))));
    }

    private static Optional<String> value(UnaryOperator<String> variables, String name) {
        return Optional.ofNullable(variables.apply(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /**
     * What to send with each request.
     *
     * @throws StorageException when one sees by the key itself that it will not do
     */
    static Map<String, String> headers(SupabaseSettings settings, SupabaseKey key) throws StorageException {
        String text = key.serviceRoleKey().strip();
        if (text.startsWith(PUBLISHABLE)) {
            throw refused(settings, "this is a publishable key, which everybody may know");
        }
        if (text.startsWith(SECRET) && PRINTABLE.matcher(text).matches()) {
            return Map.of("apikey", text); // Not as a bearer too: where one is given it must be a token.
        }
        if (!TOKEN.matcher(text).matches()) {
            throw refused(settings, "this is no key of a Supabase project");
        }
        JsonNode claims = claims(settings, text);
        String role = claims.path("role").asText("");
        if (!role.equals("service_role")) {
            throw refused(
                    settings,
                    role.equals("anon")
                            ? "this is the anon key, which everybody may know"
                            : "this is a token for the role \"" + role + "\" and not the service_role key");
        }
        String other = claims.path("ref").asText("");
        Optional<String> own = settings.project().map(SupabaseProject::reference);
        if (!other.isEmpty() && own.isPresent() && !own.get().equals(other)) {
            throw refused(settings, "this is the key of another project, " + other);
        }
        return Map.of("apikey", text, "Authorization", "Bearer " + text);
    }

    private static JsonNode claims(SupabaseSettings settings, String token) throws StorageException {
        try {
            return JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
        } catch (IOException | IllegalArgumentException e) {
            // Without the cause: it may quote the key.
            throw refused(settings, "this is no key of a Supabase project");
        }
    }

    private static StorageException refused(SupabaseSettings settings, String why) {
        return new StorageException(settings.describe() + " could not be opened (" + why + "); " + GIVE + ".");
    }
}
