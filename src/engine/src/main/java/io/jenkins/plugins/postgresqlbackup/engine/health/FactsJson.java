package io.jenkins.plugins.postgresqlbackup.engine.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Json;
import java.io.IOException;

/**
 * Facts as text, so that they can travel and be kept: JSON, fields in the records' order, times as ISO 8601 in UTC. A reader ignores fields that it does
 * not know, and refuses what is no such text with a sentence.
 */
public final class FactsJson {
    /** Some 20,000 backups of thousands of packs each. */
    private static final int MOST_CHARACTERS = 256 << 20;

    private static final int DEEPEST = 16;

    private static final ObjectMapper MAPPER = Json.mapper(DEEPEST);

    private FactsJson() {}

    public static String write(RepositoryFacts facts) {
        return text(facts);
    }

    public static String write(DatabaseFacts facts) {
        return text(facts);
    }

    public static String write(BackupFacts facts) {
        return text(facts);
    }

    /** @throws IOException when the text is not what {@link #write} makes, a sentence */
    public static RepositoryFacts readRepository(String text) throws IOException {
        return read(text, RepositoryFacts.class, "a repository");
    }

    /** @throws IOException when the text is not what {@link #write} makes, a sentence */
    public static DatabaseFacts readDatabase(String text) throws IOException {
        return read(text, DatabaseFacts.class, "a database");
    }

    /** @throws IOException when the text is not what {@link #write} makes, a sentence */
    public static BackupFacts readBackup(String text) throws IOException {
        return read(text, BackupFacts.class, "a backup");
    }

    private static String text(Object facts) {
        try {
            return MAPPER.writeValueAsString(facts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write " + facts.getClass().getSimpleName() + " as JSON.", e);
        }
    }

    private static <T> T read(String text, Class<T> type, String of) throws IOException {
        if (text.length() > MOST_CHARACTERS) {
            throw new IOException("What is known of " + of + " is longer than it can be: it was damaged or replaced.");
        }
        T facts;
        try {
            facts = MAPPER.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "What is known of " + of + " cannot be read, since the text is damaged or of another kind: "
                            + e.getOriginalMessage(),
                    e);
        }
        if (facts == null) {
            throw new IOException("What is known of " + of + " cannot be read, since there is nothing.");
        }
        return facts;
    }
}
