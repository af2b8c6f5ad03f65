package io.jenkins.plugins.postgresqlbackup.engine.keys;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A slot as JSON in exactly one spelling: fields in a fixed order, no spaces, base64 for bytes. What does not come out again as
 * it was read is refused, so no bit of a slot object is without meaning.
 */
final class SlotJson {
    /** How much of a slot is written: what the wrapping binds, what the MAC binds, or all. */
    private enum Part {
        CLEAR_FIELDS,
        WITHOUT_MAC,
        ALL
    }

    static final int LONGEST = 16 * 1024;
    private static final int MAC_LENGTH = 32;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(LONGEST)
                    .maxNestingDepth(3)
                    .maxNumberLength(16)
                    .maxStringLength(LONGEST)
                    .maxNameLength(32)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

    private SlotJson() {}

    static byte[] encode(KeySlot slot) {
        return write(slot, Part.ALL);
    }

    static byte[] clearFields(KeySlot slot) {
        return write(slot, Part.CLEAR_FIELDS);
    }

    static byte[] withoutMac(KeySlot slot) {
        return write(slot, Part.WITHOUT_MAC);
    }

    private static byte[] write(KeySlot slot, Part part) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("format", KeySlot.FORMAT);
            json.writeStringField("id", slot.id());
            json.writeStringField("kind", kind(slot.kind()));
            json.writeStringField("label", slot.label());
            json.writeStringField("created", slot.created().toString());
            json.writeNumberField("generation", slot.generation());
            json.writeStringField("method", slot.wrapping().method());
            write(slot.wrapping(), part, json);
            if (part != Part.CLEAR_FIELDS) {
                json.writeBinaryField("wrapped", slot.wrapped());
            }
            if (part == Part.ALL) {
                json.writeBinaryField("mac", slot.mac());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed.", e);
        }
        return out.toByteArray();
    }

    private static void write(Wrapping wrapping, Part part, JsonGenerator json) throws IOException {
        if (wrapping instanceof Wrapping.ByPassphrase by) {
            json.writeObjectFieldStart("argon2id");
            json.writeNumberField("memoryKib", by.kdf().memoryKib());
            json.writeNumberField("iterations", by.kdf().iterations());
            json.writeNumberField("parallelism", by.kdf().parallelism());
            json.writeEndObject();
            json.writeBinaryField("salt", by.salt());
        } else if (wrapping instanceof Wrapping.ByRawKey by) {
            json.writeBinaryField("salt", by.salt());
        } else if (wrapping instanceof Wrapping.ToRecipient to) {
            json.writeBinaryField("recipient", to.recipient());
            if (part != Part.CLEAR_FIELDS) {
                json.writeBinaryField("encapsulated", to.encapsulated());
            }
        }
    }

    static KeySlot decode(String objectName, byte[] object) throws KeyException {
        if (object.length > LONGEST) {
            throw invalid(objectName, "it is longer than " + LONGEST + " bytes", null);
        }
        KeySlot slot;
        try (JsonParser parser = FACTORY.createParser(object)) {
            JsonNode json = MAPPER.readTree(parser);
            if (json == null || !json.path("format").isInt()) {
                throw invalid(objectName, "it is not a key slot", null);
            }
            int format = json.path("format").intValue();
            if (format > KeySlot.FORMAT) {
                throw new KeyException("The key slot " + objectName + " has format " + format
                        + ", and this version reads up to " + KeySlot.FORMAT + "; use a newer version.");
            }
            slot = read(json);
        } catch (KeyException e) {
            throw e;
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw invalid(objectName, "it cannot be read", e);
        }
        if (!Arrays.equals(encode(slot), object)) {
            throw invalid(objectName, "it is not written as key slots are", null);
        }
        return slot;
    }

    private static KeySlot read(JsonNode json) throws IOException {
        String id = text(json, "id");
        String label = text(json, "label");
        int generation = number(json, "generation");
        byte[] mac = binary(json, "mac", MAC_LENGTH);
        check(id, label);
        if (generation < 1) {
            throw new IllegalArgumentException("generation " + generation);
        }
        return new KeySlot(
                id,
                kind(text(json, "kind")),
                wrapping(json),
                label,
                Instant.parse(text(json, "created")).truncatedTo(ChronoUnit.SECONDS),
                generation,
                binary(json, "wrapped"),
                mac);
    }

    static void check(String id, String label) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("Not a slot id: \"" + id + "\".");
        }
        if (label.length() > KeySlot.LONGEST_LABEL || label.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("A slot's label has at most " + KeySlot.LONGEST_LABEL
                    + " characters and no line ends; choose another one.");
        }
    }

    private static Wrapping wrapping(JsonNode json) throws IOException {
        return switch (text(json, "method")) {
            case "passphrase" -> {
                JsonNode kdf = json.path("argon2id");
                yield new Wrapping.ByPassphrase(
                        new Kdf(number(kdf, "memoryKib"), number(kdf, "iterations"), number(kdf, "parallelism")),
                        binary(json, "salt", KeySlot.SALT_LENGTH));
            }
            case "raw-key" -> new Wrapping.ByRawKey(binary(json, "salt", KeySlot.SALT_LENGTH));
            case "recipient" ->
                new Wrapping.ToRecipient(
                        binary(json, "recipient", Hpke.KEY_LENGTH), binary(json, "encapsulated", Hpke.KEY_LENGTH));
            default -> throw new IllegalArgumentException("method");
        };
    }

    private static String kind(SlotKind kind) {
        return switch (kind) {
            case FULL -> "full";
            case WRITE -> "write";
            case RECOVERY -> "recovery";
        };
    }

    private static SlotKind kind(String text) {
        return switch (text) {
            case "full" -> SlotKind.FULL;
            case "write" -> SlotKind.WRITE;
            case "recovery" -> SlotKind.RECOVERY;
            default -> throw new IllegalArgumentException("kind");
        };
    }

    private static String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(field);
        }
        return value.textValue();
    }

    private static int number(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isInt()) {
            throw new IllegalArgumentException(field);
        }
        return value.intValue();
    }

    private static byte[] binary(JsonNode json, String field, int length) throws IOException {
        byte[] value = binary(json, field);
        if (value.length != length) {
            throw new IllegalArgumentException(field);
        }
        return value;
    }

    private static byte[] binary(JsonNode json, String field) throws IOException {
        JsonNode value = json.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(field);
        }
        return value.binaryValue();
    }

    private static KeyException invalid(String objectName, String why, Exception cause) {
        return new KeyException(
                "The key slot " + objectName + " is damaged or was changed (" + why
                        + "); use another slot's key or the recovery key, and make this slot anew.",
                cause);
    }
}
