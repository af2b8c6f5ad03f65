package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What a URL such as {@code supabase://abcdefghijklmnopqrst/bucket/prefix} says of a bucket and its project.
 *
 * @param project where the server is one of Supabase's own
 * @param url the server's address, without a slash at its end
 * @param prefix empty, or ends with a slash
 * @param region of the project, which its S3 endpoint may want to be signed
 * @param fileSizeLimit the largest object that project and bucket take, in bytes, where the URL says so
 * @param attempts how often a request is sent at most
 * @param timeout how long a connection may be silent
 */
record SupabaseSettings(
        Optional<SupabaseProject> project,
        URI url,
        String bucket,
        String prefix,
        Optional<String> region,
        OptionalLong fileSizeLimit,
        int attempts,
        Duration timeout) {
    private static final List<String> URL_VARIABLES = List.of("SUPABASE_URL", "NEXT_PUBLIC_SUPABASE_URL");
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern API_PATH = Pattern.compile("/*(storage/v1(/s3)?/*)?$");
    private static final String STORAGE = "/storage/v1";
    /** What the server takes in place of its own region, unless it was told to insist on that. */
    private static final String ANY_REGION = "us-east-1";

    /** What projects take that nobody has given another limit: the Free plan, and a server of one's own as it comes. */
    static final long USUAL_LIMIT = 50_000_000;

    private static final int LONGEST_PREFIX = 256;
    private static final long LEAST_LIMIT = 1024 * 1024;

    /**
     * Reads a URL.
     *
     * @param variables the environment, which names the project where the URL does not
     * @throws IllegalArgumentException with a sentence for the person who wrote it
     */
    static SupabaseSettings parse(URI location, UnaryOperator<String> variables) {
        if (location.isOpaque()) {
            throw new IllegalArgumentException("A supabase URL names project and bucket after two slashes, as in"
                    + " supabase://abcdefghijklmnopqrst/bucket/prefix.");
        }
        String authority = location.getRawAuthority() == null ? "" : location.getRawAuthority();
        if (authority.contains("@") || location.getPath().contains("@")) {
            throw new IllegalArgumentException(
                    "Keys do not belong into a URL: put the project's secret key into SUPABASE_SERVICE_ROLE_KEY.");
        }
        UrlParameters parameters = new UrlParameters(location, "a supabase URL");
        URI url = parameters
                .text("url")
                .map(SupabaseSettings::server)
                .orElseGet(() -> authority.isEmpty() ? ofVariables(variables) : ofAuthority(authority));
        String path = location.getPath().replaceAll("^/|/$", "");
        int slash = path.indexOf('/');
        String bucket = slash < 0 ? path : path.substring(0, slash);
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException("\"" + bucket + "\" is not the name of a bucket; write the URL as"
                    + " supabase://abcdefghijklmnopqrst/bucket/prefix.");
        }
        SupabaseSettings settings = new SupabaseSettings(
                SupabaseProject.ofHost(url.getHost()).or(() -> SupabaseProject.ofReference(authority)),
                url,
                bucket,
                prefix(slash < 0 ? "" : path.substring(slash + 1)),
                parameters.text("region").or(() -> Optional.ofNullable(variables.apply("SUPABASE_S3_REGION"))),
                parameters
                        .size("fileSizeLimit", LEAST_LIMIT)
                        .map(OptionalLong::of)
                        .orElse(OptionalLong.empty()),
                parameters.number("attempts", 1, 20).orElse(5),
                Duration.ofSeconds(parameters.number("timeout", 1, 3600).orElse(60)));
        parameters.requireNoOthers();
        return settings;
    }

    /** Looks at all of a URL that does not depend on the environment. */
    static void check(URI location) {
        parse(location, variable -> variable.equals("SUPABASE_URL") ? "https://named.by.the.environment" : null);
    }

    /** What people know the store by. */
    String describe() {
        String server = project.filter(own -> isSupabases())
                .map(SupabaseProject::reference)
                .orElse(url.getRawAuthority());
        String place = "supabase://" + server + "/" + bucket + "/" + prefix;
        return place.substring(0, place.length() - 1);
    }

    /** Whether the key, which goes along with each request, can be read on the way to the server. */
    boolean isInTheOpen() {
        return "http".equalsIgnoreCase(url.getScheme())
                && !url.getHost().equals("localhost")
                && !url.getHost().matches("127\\.[0-9.]+|\\[::1]");
    }

    /** Where the server speaks the protocol of Supabase's own clients. */
    URI rest() {
        return URI.create(url + STORAGE);
    }

    /** Where the server speaks S3; Supabase's own have a host for that which takes large uploads better. */
    URI s3() {
        return isSupabases()
                ? URI.create("https://" + project.orElseThrow().reference() + ".storage.supabase.co" + STORAGE + "/s3")
                : URI.create(url + STORAGE + "/s3");
    }

    /** The same place by way of its S3 endpoint, which knows neither conditions nor checksums nor bodies signed chunk by chunk. */
    URI asS3() {
        return URI.create("s3://" + bucket + "/" + prefix + "?endpoint=" + s3() + "&pathStyle=true&checksum=none"
                + "&exclusive=false&chunkedSigning=false&region=" + region.orElse(ANY_REGION) + "&attempts=" + attempts
                + "&timeout=" + timeout.toSeconds() + "&largestObject=" + fileSizeLimit.orElse(USUAL_LIMIT));
    }

    private boolean isSupabases() {
        return SupabaseProject.ofHost(url.getHost()).isPresent();
    }

    private static URI ofAuthority(String authority) {
        if (SupabaseProject.ofReference(authority).isPresent()) {
            return ofProject(authority);
        }
        if (authority.contains(".")) {
            return server(authority);
        }
        throw new IllegalArgumentException(
                "\"" + authority + "\" is not a project's reference, which has 20 letters and"
                        + " digits and begins the address of its API; for a server of your own add url=https://….");
    }

    private static URI ofVariables(UnaryOperator<String> variables) {
        for (String variable : URL_VARIABLES) {
            String value = variables.apply(variable);
            if (value != null && !value.isBlank()) {
                return server(value.strip());
            }
        }
        throw new IllegalArgumentException("This supabase URL names no project: write"
                + " supabase://abcdefghijklmnopqrst/bucket/prefix with the project's reference, or set SUPABASE_URL.");
    }

    private static URI ofProject(String reference) {
        return URI.create("https://" + reference + ".supabase.co");
    }

    private static URI server(String text) {
        try {
            URI server = URI.create(text.contains("://") ? text : "https://" + text);
            String scheme = String.valueOf(server.getScheme()).toLowerCase(Locale.ROOT);
            if (server.getHost() != null
                    && server.getUserInfo() == null
                    && server.getRawQuery() == null
                    && (scheme.equals("https") || scheme.equals("http"))) {
                String path = API_PATH.matcher(server.getRawPath()).replaceFirst("");
                return URI.create(scheme + "://" + server.getRawAuthority() + path);
            }
        } catch (IllegalArgumentException e) {
            throw notAServer(e);
        }
        throw notAServer(null);
    }

    private static IllegalArgumentException notAServer(Exception cause) {
        return new IllegalArgumentException(
                "The server of a supabase URL is an address, as in url=https://supabase.example.com:8000.", cause);
    }

    private static String prefix(String path) {
        if (path.isEmpty()) {
            return "";
        }
        if (path.length() > LONGEST_PREFIX || !ObjectName.isName(path)) {
            throw new IllegalArgumentException("\"" + path
                    + "\" cannot be the prefix in a supabase URL: use letters, digits, . _ - and single slashes, "
                    + LONGEST_PREFIX + " of them at most.");
        }
        return path + "/";
    }
}
