package io.jenkins.plugins.postgresqlbackup.engine.archive;

import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;

/**
 * Seals and opens blobs under one key: compressed, then encrypted and authenticated with AES-256-GCM in the STREAM construction
 * as Tink's {@code AesGcmHkdfStreaming} does it (HKDF-SHA256, a key of its own for each blob, segments of
 * {@value #SEGMENT} bytes, the last one marked). Thread-safe; one stream of it is for one thread.
 */
public final class BlobSealer {
    /**
     * In bytes, each segment's tag included. Small: the JDK's AES-GCM is compiled after so many calls, whatever their size, and
     * until then it is slow.
     */
    static final int SEGMENT = 16 * 1024;

    /** Rows are short, and each call of a compressor or cipher costs. */
    private static final int BUFFER = 64 * 1024;

    private final AesGcmHkdfStreaming cipher;

    /** @param key 32 bytes, copied */
    public BlobSealer(byte[] key) {
        if (key.length != DataKey.LENGTH) {
            throw new IllegalArgumentException("A key has " + DataKey.LENGTH + " bytes, not " + key.length + ".");
        }
        try {
            cipher = new AesGcmHkdfStreaming(key, "HmacSha256", DataKey.LENGTH, SEGMENT, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has AES-GCM, but this one has not.", e);
        }
    }

    /**
     * Seals what is written. The blob is complete only after {@code close()}, which does not close the sink; what was written
     * without it does not open. Flushing does nothing.
     */
    public OutputStream seal(OutputStream sink, BlobContext context, Compression compression) throws IOException {
        return new Gathered(Codec.compress(encrypt(sink, context), compression), new byte[BUFFER]);
    }

    /** Visible for testing: without compression, nor the byte that names it. */
    OutputStream encrypt(OutputStream sink, BlobContext context) throws IOException {
        try {
            return cipher.newEncryptingStream(new Unclosed(sink), context.toBytes());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has AES-GCM, but this one has not.", e);
        }
    }

    /** Seals a small blob. */
    public byte[] seal(byte[] content, BlobContext context, Compression compression) {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream(content.length / 2 + 256);
        try (OutputStream out = seal(sealed, context, compression)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException("Sealing in memory failed.", e);
        }
        return sealed.toByteArray();
    }

    /**
     * Opens a blob. What is read was authenticated; that the blob is whole is known when its end is reported. Every failure but
     * {@link UnknownCompressionException} is to be explained by {@link #why}. Closing closes {@code sealed}.
     */
    InputStream open(InputStream sealed, BlobContext context) throws IOException {
        try {
            return Codec.decompress(new Authenticated(cipher.newDecryptingStream(sealed, context.toBytes())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has AES-GCM, but this one has not.", e);
        }
    }

    /**
     * Opens a small blob that is an object of its own.
     *
     * @param object its name, for messages
     * @param mostBytes how long the opened blob may be at most
     * @throws DamagedBlobException when it is not what was sealed under this key with this context, or is longer
     * @throws IOException when it cannot be decompressed here
     */
    public byte[] open(String object, byte[] sealed, BlobContext context, int mostBytes) throws IOException {
        try (InputStream in = open(new ByteArrayInputStream(sealed), context)) {
            byte[] content = in.readNBytes(mostBytes);
            if (in.read() >= 0) {
                throw new DamagedBlobException(object, 0, context, "it is longer than " + mostBytes + " bytes", null);
            }
            return content;
        } catch (DamagedBlobException | UnknownCompressionException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new DamagedBlobException(object, 0, context, why(e), e);
        }
    }

    /** Why a blob does not open, as part of a sentence. What was authenticated may still have been sealed by a forger. */
    static String why(Exception e) {
        return e instanceof Authenticated.Failure
                ? e.getMessage()
                : "it is authentic, but its compressed content is not (" + e.getMessage() + ")";
    }

    /** The sink outlives the blob. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream sink) {
            super(sink);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() {
            // The sink's owner closes it.
        }
    }
}
