package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Reads a range of one object of an {@link S3Store}; a connection that is cut is taken up again where it ended. */
final class S3Read extends InputStream {
    private final S3Store store;
    private final String name;
    private final String version;
    private ResponseInputStream<GetObjectResponse> in;
    private long position;
    private long left;
    private int failures;

    private S3Read(S3Store store, String name, long position, long length, ResponseInputStream<GetObjectResponse> in) {
        this.store = store;
        this.name = name;
        this.position = position;
        this.in = in;
        this.version = in.response().eTag();
        this.left = Math.min(length, in.response().contentLength());
    }

    static InputStream open(S3Store store, String name, long offset, long length) throws StorageException {
        Optional<ResponseInputStream<GetObjectResponse>> in = store.get(name, offset, length, null);
        return in.isEmpty() ? InputStream.nullInputStream() : new S3Read(store, name, offset, length, in.get());
    }

    @Override
    public int read() throws StorageException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws StorageException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        // The client's stream breaks in an interrupted thread.
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    int count = in.read(bytes, offset, (int) Math.min(length, left));
                    if (count < 0) {
                        throw new EOFException("the connection ended " + left + " bytes too early");
                    }
                    position += count;
                    left -= count;
                    failures = 0;
                    return count;
                } catch (IOException | SdkException e) {
                    interrupted |= Thread.interrupted();
                    resume(e, interrupted);
                }
            }
        } catch (InterruptedException e) {
            interrupted = true;
            throw new StorageException(
                    name + " could not be read from " + store.describe() + " (this was stopped while the connection was"
                            + " broken); run this again.",
                    e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void resume(Exception failure, boolean interrupted) throws StorageException, InterruptedException {
        in.abort();
        failures++;
        if (store.requests().isLast(failures)) {
            throw S3Failure.reading(store.describe(), name, failure);
        }
        if (!interrupted) {
            store.requests().pause(failures);
        }
        in = store.get(name, position, left, version)
                .orElseThrow(() -> S3Failure.reading(store.describe(), name, failure));
    }

    @Override
    public void close() throws StorageException {
        if (left > 0) {
            in.abort(); // To read on to the end, only to use the connection once more, could take long.
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            in.close();
        } catch (IOException | SdkException e) {
            throw S3Failure.reading(store.describe(), name, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
