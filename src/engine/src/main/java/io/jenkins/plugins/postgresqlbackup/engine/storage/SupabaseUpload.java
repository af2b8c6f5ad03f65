package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.EOFException;
import java.io.IOException;
import org.apache.http.Header;
import org.apache.http.HttpResponse;
import org.apache.http.client.methods.RequestBuilder;
import org.apache.http.entity.ByteArrayEntity;

/**
 * One resumable upload. The last part makes the object visible, so it is kept until completion. After a failure the server is
 * asked how much it has, and gets what is missing of the part.
 */
final class SupabaseUpload implements ObjectWrites.Parts {
    private static final String OFFSET = "Upload-Offset";
    private static final String LENGTH = "Upload-Length";
    private static final String BYTES = "application/offset+octet-stream";
    private static final int BAD_REQUEST = 400;

    /** A part and what is known of how much of it the server has. */
    private static final class Part {
        private final byte[] content;
        private final int length;
        private final long start;
        private final boolean last;
        /** Whether the offset is the server's, as it is until a request fails. */
        private boolean known = true;

        private boolean lengthTold;
        private long offset;

        Part(byte[] content, int length, long start, boolean last) {
            this.content = content;
            this.length = length;
            this.start = start;
            this.last = last;
            this.offset = start;
        }

        long end() {
            return start + length;
        }
    }

    private final SupabaseStore store;
    private final SupabaseWrites writes;
    private final SupabaseConnection connection;
    private final String name;
    private final String id;
    private final String path;
    private long sent;
    private Part last;

    /** @param address the last part of the address that the server gave the upload */
    SupabaseUpload(
            SupabaseStore store,
            SupabaseWrites writes,
            SupabaseConnection connection,
            String name,
            String id,
            String address) {
        this.store = store;
        this.writes = writes;
        this.connection = connection;
        this.name = name;
        this.id = id;
        this.path = "/" + address;
    }

    @Override
    public void send(int number, byte[] content, int length, boolean isLast) throws StorageException {
        Part part = new Part(content, length, sent, isLast);
        if (isLast) {
            last = part;
        } else {
            send(part);
        }
        sent += length;
    }

    @Override
    public void complete() throws StorageException {
        send(last);
    }

    private void send(Part part) throws StorageException {
        try {
            store.retries().send(() -> {
                if (!part.known && isThere(part)) {
                    return null;
                }
                part.known = false;
                long offset = connection.send(request(part), response -> number(response, OFFSET));
                if (offset != part.end()) {
                    throw new EOFException(
                            "the server took " + (offset - part.start) + " bytes of a part of " + part.length);
                }
                return null;
            });
        } catch (IOException e) {
            throw writes.failed(name, e);
        }
    }

    private RequestBuilder request(Part part) {
        int skipped = Math.toIntExact(part.offset - part.start);
        RequestBuilder request = SupabaseWrites.ifFree(writes.resumable("PATCH", path))
                .setHeader("Content-Type", BYTES)
                .setHeader(OFFSET, Long.toString(part.offset))
                .setEntity(new ByteArrayEntity(part.content, skipped, part.length - skipped));
        return part.last && !part.lengthTold ? request.setHeader(LENGTH, Long.toString(part.end())) : request;
    }

    /** Asks how much of the part the server has. */
    private boolean isThere(Part part) throws IOException {
        long offset = connection.send(writes.resumable("HEAD", path), response -> {
            part.lengthTold = response.containsHeader(LENGTH);
            return number(response, OFFSET);
        });
        if (offset < part.start || offset > part.end()) {
            throw new StorageException(name + " could not be written to " + store.describe() + " (the server has "
                    + offset + " bytes of it in place of " + part.start + " to " + part.end() + "); run this again.");
        }
        part.offset = offset;
        // With the last byte the server begins to make it an object, which can still fail.
        return offset == part.end()
                && (!part.last || writes.writer(name).filter(id::equals).isPresent());
    }

    private static long number(HttpResponse response, String name) throws IOException {
        Header header = response.getFirstHeader(name);
        if (header == null || !header.getValue().matches("[0-9]{1,18}")) {
            throw new IOException("the server does not say how much it has");
        }
        return Long.parseLong(header.getValue());
    }

    @Override
    public void abort() throws StorageException {
        try {
            // Ends the upload also when somebody else has taken the name: it writes nothing.
            store.retries()
                    .send(() -> connection.send(
                            writes.resumable("DELETE", path).setHeader("x-upsert", "true"), response -> null));
        } catch (SupabaseRefusal e) {
            boolean ended = e.isNoUpload() || e.status() == BAD_REQUEST && e.says("already completed");
            if (!ended) {
                throw SupabaseFailure.deleting(store.describe(), name, e);
            }
        } catch (IOException e) {
            throw SupabaseFailure.deleting(store.describe(), name, e);
        }
    }
}
