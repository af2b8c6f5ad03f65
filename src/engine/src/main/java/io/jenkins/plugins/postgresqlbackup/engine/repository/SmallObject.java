package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyRing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A small clear object that nobody without the keys can have written: a line of JSON, and a line with a MAC of exactly those bytes. What it says must
 * name its own place, for the MAC does not. A reader ignores fields that a newer version has added.
 */
final class SmallObject {
    static final int MAX_BYTES = 64 * 1024;

    private static final byte LINE_END = '\n';

    /** A keyed digest. */
    @FunctionalInterface
    interface Mac {
        byte[] of(int generation, byte[] content) throws KeyException;
    }

    private record Seal(int generation, byte[] mac) {}

    private SmallObject() {}

    /** An object under the newest generation's metadata key. */
    static byte[] seal(KeyRing keys, String purpose, Object value) throws KeyException {
        return seal(value, keys.newest(), under(keys, purpose));
    }

    static byte[] seal(Object value, int generation, Mac mac) throws KeyException {
        byte[] content = Json.write(value);
        ByteArrayOutputStream object = new ByteArrayOutputStream(content.length + 128);
        object.writeBytes(content);
        object.write(LINE_END);
        object.writeBytes(Json.write(new Seal(generation, mac.of(generation, content))));
        object.write(LINE_END);
        return object.toByteArray();
    }

    /** @throws IOException when it is not authentic, with the reason */
    static <T> T open(byte[] object, KeyRing keys, String purpose, Class<T> type) throws IOException {
        return open(object, type, under(keys, purpose)).value();
    }

    /** What an object says, and the generation whose key has sealed it. */
    record Opened<T>(T value, int generation) {}

    /** @throws IOException when it is not authentic, with the reason */
    static <T> Opened<T> open(byte[] object, Class<T> type, Mac mac) throws IOException {
        int end = 0;
        while (end < object.length && object[end] != LINE_END) {
            end++;
        }
        if (end >= object.length - 1) {
            throw new IOException("it is cut");
        }
        byte[] content = Arrays.copyOf(object, end);
        Opened<T> opened;
        try {
            Seal seal = Json.MAPPER.readValue(object, end + 1, object.length - end - 1, Seal.class);
            if (seal == null
                    || seal.mac() == null
                    || !MessageDigest.isEqual(mac.of(seal.generation(), content), seal.mac())) {
                throw new IOException("it does not authenticate");
            }
            opened = new Opened<>(Json.MAPPER.readValue(content, type), seal.generation());
        } catch (IllegalArgumentException e) {
            throw new IOException("it is not understood: " + e.getMessage(), e);
        }
        if (opened.value() == null) {
            throw new IOException("it is empty");
        }
        return opened;
    }

    private static Mac under(KeyRing keys, String purpose) {
        return (generation, content) -> keys.mac(generation, purpose, content);
    }
}
