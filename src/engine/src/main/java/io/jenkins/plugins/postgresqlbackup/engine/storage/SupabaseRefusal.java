package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.http.Header;
import org.apache.http.HttpResponse;

/**
 * An answer of Supabase Storage that says no. Most come as HTTP status 400 and tell the true status within; those of resumable
 * uploads are plain text.
 */
final class SupabaseRefusal extends IOException {
    private static final long serialVersionUID = 1L;

    static final int NOT_FOUND = 404;
    static final int CONFLICT = 409;
    private static final int GONE = 410;
    private static final int MOST_READ = 64 * 1024;
    private static final int MOST_SAID = 300;
    private static final Set<String> NO_OBJECT = Set.of("object not found", "the resource was not found");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int status;
    private final String code;
    private final transient Duration asked;

    SupabaseRefusal(int status, String code, String message, Duration asked) {
        super(message);
        this.status = status;
        this.code = code;
        this.asked = asked;
    }

    static SupabaseRefusal of(HttpResponse response) throws IOException {
        int status = response.getStatusLine().getStatusCode();
        Header retryAfter = response.getFirstHeader("Retry-After");
        Duration asked = Retries.asked(Optional.ofNullable(retryAfter).map(Header::getValue));
        byte[] body = response.getEntity() == null
                ? new byte[0]
                : response.getEntity().getContent().readNBytes(MOST_READ);
        String text = new String(body, StandardCharsets.UTF_8).strip();
        if (text.startsWith("{")) {
            try {
                JsonNode json = JSON.readTree(text);
                int within = json.path("statusCode").asInt(status);
                String code = json.path("code").asText(json.path("error").asText(""));
                return new SupabaseRefusal(
                        within, code, words(json.path("message").asText(code), within), asked);
            } catch (JsonProcessingException e) {
                return new SupabaseRefusal(status, "", words("", status), asked);
            }
        }
        // A page for people is no reason.
        return new SupabaseRefusal(status, "", words(text.startsWith("<") ? "" : text, status), asked);
    }

    private static String words(String text, int status) {
        String plain = text.strip().replaceAll("\\s+", " ").replaceAll("[.\\s]+$", "");
        if (plain.isEmpty()) {
            return "HTTP status " + status;
        }
        return plain.length() > MOST_SAID ? plain.substring(0, MOST_SAID) + "…" : plain;
    }

    int status() {
        return status;
    }

    /** The server's name for what is wrong; empty where it gives none. */
    String code() {
        return code;
    }

    /** How long the server wants to be left alone; zero where it does not say. */
    Duration asked() {
        return asked;
    }

    boolean says(String part) {
        return getMessage().contains(part);
    }

    boolean isNoObject() {
        return status == NOT_FOUND
                && (code.equals("NoSuchKey")
                        || code.equals("not_found")
                        || NO_OBJECT.contains(getMessage().toLowerCase(java.util.Locale.ROOT)));
    }

    boolean isNoBucket() {
        return code.equals("NoSuchBucket") || status == NOT_FOUND && says("Bucket not found");
    }

    boolean isTaken() {
        return status == CONFLICT && says("already exists");
    }

    /** Of a resumable upload: another request was faster, perhaps an earlier try of this very one. */
    boolean isOtherOffset() {
        return status == CONFLICT && says("Upload-Offset");
    }

    /** Of a resumable upload: it has ended, or the server has forgotten it. */
    boolean isNoUpload() {
        return status == GONE || status == NOT_FOUND && !isNoBucket();
    }
}
