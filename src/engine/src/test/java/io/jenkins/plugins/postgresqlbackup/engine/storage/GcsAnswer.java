package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@link GcsServer} answers. */
record GcsAnswer(int status, Map<String, String> headers, byte[] body) {
    /** Ends a request with an error. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient GcsAnswer answer;

        Refused(GcsAnswer answer) {
            super("HTTP status " + answer.status());
            this.answer = answer;
        }

        GcsAnswer answer() {
            return answer;
        }
    }

    static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ITEMS = Pattern.compile("items\\(([^)]*)\\)");

    static GcsAnswer json(int status, Object value) {
        try {
            return new GcsAnswer(
                    status, Map.of("Content-Type", "application/json; charset=UTF-8"), JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Only what was asked for by name, as in {@code name,items(size)}. */
    static GcsAnswer resource(ObjectNode resource, String fields) {
        if (fields != null) {
            Matcher items = ITEMS.matcher(fields);
            if (items.find()) {
                List<String> wanted = List.of(items.group(1).split(","));
                resource.path("items").forEach(item -> ((ObjectNode) item).retain(wanted));
            }
            resource.retain(List.of(ITEMS.matcher(fields).replaceAll("items").split(",")));
        }
        return json(200, resource);
    }

    static GcsAnswer empty(int status, Map<String, String> headers) {
        return new GcsAnswer(status, headers, new byte[0]);
    }

    static GcsAnswer text(int status, String text) {
        return new GcsAnswer(
                status, Map.of("Content-Type", "text/html; charset=UTF-8"), text.getBytes(StandardCharsets.UTF_8));
    }

    /** As the JSON API tells errors. */
    static GcsAnswer error(int status, String reason, String message) {
        Map<String, String> one = Map.of("message", message, "domain", "global", "reason", reason);
        return json(status, Map.of("error", Map.of("code", status, "message", message, "errors", List.of(one))));
    }

    static Refused refused(int status, String reason, String message) {
        return new Refused(error(status, reason, message));
    }
}
