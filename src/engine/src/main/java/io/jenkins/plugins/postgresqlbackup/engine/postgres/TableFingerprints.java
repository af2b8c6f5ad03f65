package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells when the same rows of a table would have another text: by a SHA-256 over the definition of its stored columns, of
 * all types inside them, and over the versions of the server and the extensions.
 */
final class TableFingerprints {
    private final TypeCatalogue catalogue;
    private final String versions;
    private final Map<Long, Optional<String>> types = new HashMap<>();

    TableFingerprints(TypeCatalogue catalogue, ServerInfo server) {
        this.catalogue = catalogue;
        StringBuilder text = new StringBuilder("server ").append(server.versionNumber());
        server.extensions().forEach((name, version) -> append(append(text.append("\nextension"), name), version));
        this.versions = text.toString();
    }

    /** Empty when it cannot be told, because something in a row shows other objects' names. */
    Optional<String> of(long table) {
        return columns(table, versions, true);
    }

    /** The types that the tables asked about have inside them. */
    Set<Long> types() {
        return Set.copyOf(types.keySet());
    }

    private Optional<String> columns(long relation, String begin, boolean storedOnly) {
        StringBuilder text = new StringBuilder(begin);
        boolean known = true;
        for (TypeCatalogue.Attribute attribute : catalogue.attributes(relation)) {
            if (storedOnly && (attribute.dropped() || !attribute.generated().isEmpty())) {
                continue;
            }
            text.append("\ncolumn ").append(attribute.number());
            if (attribute.dropped()) {
                text.append(" dropped");
                continue;
            }
            Optional<String> type = type(attribute.type());
            known &= type.isPresent();
            append(text, attribute.name());
            append(text, attribute.generated());
            text.append(attribute.missing() ? " missing " : " ")
                    .append(attribute.modifier())
                    .append(' ')
                    .append(type.orElse(""));
        }
        return known ? Optional.of(sha256(text.toString())) : Optional.empty();
    }

    private Optional<String> type(long oid) {
        Optional<String> known = types.get(oid);
        if (known == null) {
            // Should a type be inside itself, it stays unknown.
            types.put(oid, Optional.empty());
            known = describe(oid, catalogue.type(oid));
            types.put(oid, known);
        }
        return known;
    }

    private Optional<String> describe(long oid, TypeCatalogue.Type type) {
        if (type == null || type.namesObjects()) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder()
                .append("type ")
                .append(oid)
                .append(' ')
                .append(type.kind())
                .append(' ')
                .append(type.modifier());
        for (TypeCatalogue.Label label : catalogue.labels(oid)) {
            // Rows that were read while it had another name are in no backup, but may be in an interrupted one.
            append(append(text.append("\nlabel ").append(label.oid()), label.text()), label.version());
        }
        if (type.inner() != 0) {
            Optional<String> inner = type(type.inner());
            if (inner.isEmpty()) {
                return Optional.empty();
            }
            text.append("\nof ").append(inner.get());
        }
        if (type.relation() != 0) {
            return catalogue.knows(type.relation())
                    ? columns(type.relation(), text.toString(), false)
                    : Optional.empty();
        }
        return Optional.of(sha256(text.toString()));
    }

    /** With its length, so that no two rows of names look the same. */
    private static StringBuilder append(StringBuilder text, String name) {
        return text.append(' ').append(name.length()).append(':').append(name);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
