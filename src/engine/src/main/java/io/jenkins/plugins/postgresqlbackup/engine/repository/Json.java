package io.jenkins.plugins.postgresqlbackup.engine.repository;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.Instant;

/** How the engine writes JSON: compact, fields in the records' order, times as ISO 8601 in UTC. Thread-safe. */
public final class Json {
    static final ObjectMapper MAPPER = mapper(32);

    private Json() {}

    /** A mapper of its own that refuses what is nested deeper, what follows a value, and null where a number must be. */
    public static ObjectMapper mapper(int deepest) {
        ObjectMapper mapper = JsonMapper.builder()
                .addModule(new SimpleModule()
                        .addSerializer(Instant.class, ToStringSerializer.instance)
                        .addDeserializer(Instant.class, new InstantReader()))
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        mapper.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(deepest).build());
        return mapper;
    }

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write " + value.getClass().getSimpleName() + " as JSON.", e);
        }
    }

    /** Reads a value and refuses text that is not exactly what {@link #write} makes of it, so that no byte is without meaning. */
    static <T> T readCanonical(byte[] content, Class<T> type) throws IOException {
        T value = MAPPER.readValue(content, type);
        if (value == null || !java.util.Arrays.equals(write(value), content)) {
            throw new IOException("its text is not in canonical form");
        }
        return value;
    }

    static JsonNode tree(byte[] content) throws IOException {
        return MAPPER.readTree(content);
    }

    private static final class InstantReader extends FromStringDeserializer<Instant> {
        private static final long serialVersionUID = 1;

        InstantReader() {
            super(Instant.class);
        }

        @Override
        protected Instant _deserialize(String text, com.fasterxml.jackson.databind.DeserializationContext context)
                throws IOException {
            try {
                return Instant.parse(text);
            } catch (java.time.format.DateTimeParseException e) {
                throw context.weirdStringException(text, Instant.class, "not a time in ISO 8601");
            }
        }
    }
}
