package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;

/** Requests of the XML API that a V4 signature allows, checked with the account's public key. */
final class GcsSignatures {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");

    private final GcsTokens tokens;

    GcsSignatures(GcsTokens tokens) {
        this.tokens = tokens;
    }

    GcsAnswer answer(HttpExchange exchange, byte[] body, GcsBucket bucket) throws GeneralSecurityException {
        URI uri = exchange.getRequestURI();
        Map<String, String> query = GcsApi.query(uri);
        if (!query.containsKey("X-Goog-Signature")) {
            return xml(403, "AccessDenied", "Access denied.");
        }
        Instant signed = ZonedDateTime.parse(query.get("X-Goog-Date"), TIME.withZone(ZoneOffset.UTC))
                .toInstant();
        if (tokens.now().isAfter(signed.plusSeconds(Long.parseLong(query.get("X-Goog-Expires"))))
                || signed.isAfter(tokens.now().plusSeconds(900))) {
            return xml(400, "ExpiredToken", "Invalid argument.");
        }
        if (!isRight(exchange, query)) {
            return xml(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.");
        }
        String start = "/" + bucket.name() + "/";
        if (!uri.getRawPath().startsWith(start)) {
            return xml(404, "NoSuchBucket", "The specified bucket does not exist.");
        }
        String name = uri.getRawPath().substring(start.length());
        if (exchange.getRequestMethod().equals("PUT")) {
            if (!"0".equals(exchange.getRequestHeaders().getFirst("x-goog-if-generation-match"))) {
                return xml(400, "InvalidArgument", "This server only creates.");
            }
            bucket.create(name, body, GcsAnswer.JSON.createObjectNode());
            return GcsAnswer.empty(200, Map.of());
        }
        GcsBucket.Stored object = bucket.get(name);
        return object == null
                ? xml(404, "NoSuchKey", "The specified key does not exist.")
                : GcsApi.media(object, exchange.getRequestHeaders().getFirst("Range"));
    }

    private boolean isRight(HttpExchange exchange, Map<String, String> query) throws GeneralSecurityException {
        String[] credential = query.get("X-Goog-Credential").split("/", 2);
        KeyPair keys = tokens.keysOf(credential[0]);
        if (keys == null || !query.get("X-Goog-Algorithm").equals("GOOG4-RSA-SHA256")) {
            return false;
        }
        String canonicalQuery = Arrays.stream(
                        exchange.getRequestURI().getRawQuery().split("&"))
                .filter(parameter -> !parameter.startsWith("X-Goog-Signature="))
                .sorted()
                .collect(Collectors.joining("&"));
        StringBuilder headers = new StringBuilder();
        for (String header : query.get("X-Goog-SignedHeaders").split(";")) {
            headers.append(header)
                    .append(':')
                    .append(exchange.getRequestHeaders().getFirst(header))
                    .append('\n');
        }
        String request = exchange.getRequestMethod() + "\n"
                + exchange.getRequestURI().getRawPath() + "\n"
                + canonicalQuery + "\n"
                + headers + "\n"
                + query.get("X-Goog-SignedHeaders") + "\nUNSIGNED-PAYLOAD";
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(request.getBytes(StandardCharsets.UTF_8));
        String toSign = "GOOG4-RSA-SHA256\n" + query.get("X-Goog-Date") + "\n" + credential[1] + "\n"
                + HexFormat.of().formatHex(hash);
        return tokens.verifies(
                keys, toSign.getBytes(StandardCharsets.UTF_8), HexFormat.of().parseHex(query.get("X-Goog-Signature")));
    }

    private static GcsAnswer xml(int status, String code, String message) {
        return new GcsAnswer(
                status,
                Map.of("Content-Type", "application/xml; charset=UTF-8"),
                ("<?xml version='1.0' encoding='UTF-8'?><Error><Code>" + code + "</Code><Message>" + message
                                + "</Message></Error>")
                        .getBytes(StandardCharsets.UTF_8));
    }
}
