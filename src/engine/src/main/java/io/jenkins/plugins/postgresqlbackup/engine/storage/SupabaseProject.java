package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A project at Supabase. Its database and its storage vanish together, so who keeps the one's backups in the other should know.
 *
 * @param reference the name that all its addresses begin with, 20 letters and digits
 */
public record SupabaseProject(String reference) {
    private static final String REFERENCE = "([a-z0-9]{20})";
    private static final Pattern ALONE = Pattern.compile(REFERENCE);
    private static final Pattern HOST = Pattern.compile("(?:db\\.)?" + REFERENCE + "(?:\\.storage)?\\.supabase\\.co");
    private static final Pattern POOLER = Pattern.compile("[a-z0-9-]+\\.pooler\\.supabase\\.com");
    private static final Pattern POOLER_USER = Pattern.compile(".*\\." + REFERENCE);

    /** What somebody gives as a reference; empty when it cannot be one. */
    public static Optional<SupabaseProject> ofReference(String text) {
        return of(ALONE.matcher(text));
    }

    /** The project whose address that is: of its API, its storage or its database. */
    public static Optional<SupabaseProject> ofHost(String host) {
        return of(HOST.matcher(host.toLowerCase(Locale.ROOT)));
    }

    /** The project whose database is reached so: directly, or through a pooler, which knows the project by the user's name. */
    public static Optional<SupabaseProject> ofDatabase(String host, String user) {
        return POOLER.matcher(host.toLowerCase(Locale.ROOT)).matches()
                ? of(POOLER_USER.matcher(user.toLowerCase(Locale.ROOT)))
                : ofHost(host);
    }

    /**
     * The project that a storage location lies in, whether it is reached as {@code supabase:} or as {@code s3:}.
     *
     * @throws IllegalArgumentException with a sentence, when the location is not right
     */
    public static Optional<SupabaseProject> ofStorage(URI location, UnaryOperator<String> variables) {
        String scheme = String.valueOf(location.getScheme()).toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "supabase" -> SupabaseSettings.parse(location, variables).project();
            case "s3" ->
                S3Settings.parse(location, variables).endpoint().flatMap(endpoint -> ofHost(endpoint.getHost()));
            default -> Optional.empty();
        };
    }

    private static Optional<SupabaseProject> of(Matcher matcher) {
        return matcher.matches() ? Optional.of(new SupabaseProject(matcher.group(1))) : Optional.empty();
    }
}
