package io.jenkins.plugins.postgresqlbackup.engine.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;

/** The plaintext of a blob: one byte that names the method, then the content compressed with it, and nothing after that. */
final class Codec {
    private static final int BUFFER = 64 * 1024;

    private Codec() {}

    /** Closing the result closes {@code plain}. */
    static OutputStream compress(OutputStream plain, Compression compression) throws IOException {
        plain.write(compression.method().code());
        return switch (compression.method()) {
            case NONE -> plain;
            case GZIP -> {
                GzipParameters parameters = new GzipParameters();
                parameters.setCompressionLevel(compression.level());
                parameters.setBufferSize(BUFFER);
                yield new GzipCompressorOutputStream(plain, parameters);
            }
            case ZSTD ->
                ZstdCompressorOutputStream.builder()
                        .setOutputStream(plain)
                        .setLevel(compression.level())
                        .get();
        };
    }

    /** Closing the result closes {@code plain}. */
    static InputStream decompress(InputStream plain) throws IOException {
        int code = plain.read();
        if (code == CompressionMethod.NONE.code()) {
            return plain;
        }
        if (code == CompressionMethod.GZIP.code()) {
            // Buffered, so that gzip gives back what it has read beyond its end.
            InputStream buffered = new BufferedInputStream(plain, BUFFER);
            return new NothingAfter(new GzipCompressorInputStream(buffered), buffered);
        }
        if (code == CompressionMethod.ZSTD.code()) {
            if (!ZstdNative.isThere()) {
                throw new UnknownCompressionException("This backup is compressed with zstd, whose native code cannot be"
                        + " loaded here; name a directory from which programs may run with -DZstdTempFolder=/path.");
            }
            return new NothingAfter(new ZstdCompressorInputStream(plain), plain);
        }
        if (code < 0) {
            throw new IOException("it is empty");
        }
        throw new UnknownCompressionException("This backup is compressed with method " + code
                + ", which this version does not know; use a newer version.");
    }

    /** Reports the end only when the compressed stream was the last thing there. */
    private static final class NothingAfter extends InputStream {
        private final InputStream decompressed;
        private final InputStream compressed;

        NothingAfter(InputStream decompressed, InputStream compressed) {
            this.decompressed = decompressed;
            this.compressed = compressed;
        }

        @Override
        public int read() throws IOException {
            int value = decompressed.read();
            return value < 0 ? end() : value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = decompressed.read(bytes, offset, length);
            return count < 0 ? end() : count;
        }

        private int end() throws IOException {
            if (compressed.read() >= 0) {
                throw new IOException("something follows its end");
            }
            return -1;
        }

        @Override
        public void close() throws IOException {
            decompressed.close();
        }
    }
}
