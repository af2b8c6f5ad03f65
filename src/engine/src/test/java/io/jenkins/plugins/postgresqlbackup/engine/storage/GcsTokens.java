package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Google's accounts for {@link GcsServer}: service accounts, their keys, and the tokens they are given for signed assertions. */
final class GcsTokens {
    static final String ACCOUNT = "backup@tests.iam.gserviceaccount.com";
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    /** What assertions are for, whatever address the key file names for tokens. */
    private static final String AUDIENCE = "https://oauth2.googleapis.com/token";

    private static final String SCOPE = "https://www.googleapis.com/auth/devstorage.";

    private final Map<String, KeyPair> accounts = new ConcurrentHashMap<>();
    private final Map<String, Instant> tokens = new ConcurrentHashMap<>();
    private final AtomicInteger given = new AtomicInteger();
    private volatile Duration validity = Duration.ofHours(1);
    private volatile Duration skew = Duration.ZERO;

    GcsTokens() {
        accounts.put(ACCOUNT, newKeys());
    }

    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A key file as Google hands it out. */
    String keyFile(String account, KeyPair keys, String tokenServer) {
        String pem = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getPrivate().getEncoded());
        return new String(
                GcsAnswer.json(
                                200,
                                Map.of(
                                        "type",
                                        "service_account",
                                        "project_id",
                                        "tests",
                                        "private_key_id",
                                        "key-1",
                                        "private_key",
                                        "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n",
                                        "client_email",
                                        account,
                                        "client_id",
                                        "1",
                                        "token_uri",
                                        tokenServer))
                        .body(),
                StandardCharsets.UTF_8);
    }

    KeyPair keys() {
        return accounts.get(ACCOUNT);
    }

    /** From now on tokens last so long, and those given before are worth nothing. */
    void setValidity(Duration newValidity) {
        validity = newValidity;
    }

    void revokeAll() {
        tokens.clear();
    }

    void removeAccount() {
        accounts.clear();
    }

    void replaceKey() {
        accounts.put(ACCOUNT, newKeys());
    }

    /** The server's clock is ahead by that. */
    void setSkew(Duration newSkew) {
        skew = newSkew;
    }

    int given() {
        return given.get();
    }

    Instant now() {
        return Instant.now().plus(skew);
    }

    /** Answers a request for a token. */
    GcsAnswer give(String form) {
        Map<String, String> fields = new HashMap<>();
        for (String field : form.split("&")) {
            String[] pair = field.split("=", 2);
            fields.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        if (!GRANT.equals(fields.get("grant_type"))) {
            return error("unsupported_grant_type", "Invalid grant_type: " + fields.get("grant_type"));
        }
        try {
            return give(fields.get("assertion").split("\\."));
        } catch (IOException | GeneralSecurityException e) {
            return error("invalid_grant", "Invalid JWT: " + e.getMessage());
        }
    }

    private GcsAnswer give(String[] assertion) throws IOException, GeneralSecurityException {
        JsonNode claims = GcsAnswer.JSON.readTree(Base64.getUrlDecoder().decode(assertion[1]));
        KeyPair keys = accounts.get(claims.path("iss").asText());
        if (keys == null) {
            return error("invalid_grant", "Invalid grant: account not found");
        }
        byte[] signed = (assertion[0] + "." + assertion[1]).getBytes(StandardCharsets.US_ASCII);
        if (!verifies(keys, signed, Base64.getUrlDecoder().decode(assertion[2]))) {
            return error("invalid_grant", "Invalid JWT Signature.");
        }
        long issued = claims.path("iat").asLong();
        long ends = claims.path("exp").asLong();
        long now = now().getEpochSecond();
        if (ends - issued > 3600 || issued > now + 300 || ends < now) {
            return error(
                    "invalid_grant",
                    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check"
                            + " your iat and exp values in the JWT claim.");
        }
        if (!claims.path("aud").asText().equals(AUDIENCE)
                || !claims.path("scope").asText().startsWith(SCOPE)) {
            return error("invalid_scope", "Invalid audience or scope: " + claims);
        }
        String token = UUID.randomUUID().toString();
        tokens.put(token, Instant.now().plus(validity));
        given.incrementAndGet();
        return GcsAnswer.json(
                200, Map.of("access_token", token, "token_type", "Bearer", "expires_in", (int) validity.toSeconds()));
    }

    boolean verifies(KeyPair keys, byte[] content, byte[] signature) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance("SHA256withRSA");
        verifier.initVerify(keys.getPublic());
        verifier.update(content);
        return verifier.verify(signature);
    }

    KeyPair keysOf(String account) {
        return accounts.get(account);
    }

    boolean isGood(String token) {
        return tokens.getOrDefault(token, Instant.MIN).isAfter(Instant.now());
    }

    private static GcsAnswer error(String error, String description) {
        return GcsAnswer.json(400, Map.of("error", error, "error_description", description));
    }
}
