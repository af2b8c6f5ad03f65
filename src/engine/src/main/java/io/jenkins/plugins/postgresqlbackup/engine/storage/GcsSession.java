package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.EmptyContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.json.JsonObjectParser;
import com.google.api.services.storage.model.StorageObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A resumable session: the chunks of one object, sent one after another. A chunk that failed may have arrived in part, or whole:
 * the server is asked how far it has got, and what it lacks is sent. The object comes into being with its last bytes, so these
 * are kept back until {@link #complete}, and go with the checksum of the whole.
 */
final class GcsSession implements ObjectWrites.Parts {
    private static final int RESUME_INCOMPLETE = 308;
    private static final int CLIENT_CLOSED = 499;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final Pattern RECEIVED = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

    private final String name;
    private final String url;
    private final GcsWrites writes;
    private final GcsSettings settings;
    private final GcsConnection connection;
    private final CRC32C checksum = new CRC32C();
    /** How many bytes the server has told that it keeps. */
    private long received;
    /** Whether a request failed, so that the server may have more than it told. */
    private boolean unsure;

    private byte[] kept = new byte[0];
    private Optional<StorageObject> finished = Optional.empty();

    GcsSession(String name, String url, GcsWrites writes, GcsSettings settings, GcsConnection connection) {
        this.name = name;
        this.url = url;
        this.writes = writes;
        this.settings = settings;
        this.connection = connection;
    }

    @Override
    public void send(int number, byte[] content, int length, boolean last) throws StorageException {
        checksum.update(content, 0, length);
        int now = last ? (length - 1) / GcsSettings.CHUNK_UNIT * GcsSettings.CHUNK_UNIT : length;
        if (now > 0) {
            transfer(content, now, false);
        }
        if (last) {
            kept = Arrays.copyOfRange(content, now, length);
        }
    }

    @Override
    public void complete() throws StorageException {
        byte[] rest = kept;
        transfer(rest, rest.length, true);
        writes.requireSame(name, finished.orElseThrow(), checksum, received);
    }

    /** Sends the next bytes of the object. */
    private void transfer(byte[] content, int length, boolean last) throws StorageException {
        long start = received;
        long end = start + length;
        writes.sendNew(name, () -> {
            if (unsure) {
                take(put("bytes */*", new EmptyContent(), false), start, end);
                unsure = false;
            }
            while (finished.isEmpty() && (last || received < end)) {
                long before = received;
                unsure = true;
                take(chunk(content, start, end, last), start, end);
                unsure = false;
                if (finished.isEmpty() && received <= before) {
                    throw new IOException("the server took none of " + (end - before) + " bytes");
                }
            }
            return null;
        });
        if (finished.isPresent() && !last) {
            throw broken("says that the object is whole before it is");
        }
    }

    private HttpResponse chunk(byte[] content, long start, long end, boolean last) throws IOException {
        String total = last ? String.valueOf(end) : "*";
        if (received == end) {
            return put("bytes */" + total, new EmptyContent(), last);
        }
        HttpContent body =
                new ByteArrayContent(GcsWrites.CONTENT_TYPE, content, (int) (received - start), (int) (end - received));
        return put("bytes " + received + "-" + (end - 1) + "/" + total, body, last);
    }

    private HttpResponse put(String range, HttpContent body, boolean last) throws IOException {
        HttpRequest request = http().buildPutRequest(new GenericUrl(url), body)
                .setThrowExceptionOnExecuteError(false)
                .setParser(new JsonObjectParser(GcsConnection.JSON));
        request.getHeaders().setContentRange(range);
        if (last) {
            request.getHeaders().set("X-Goog-Hash", "crc32c=" + GcsWrites.text(checksum));
        }
        return request.execute();
    }

    private HttpRequestFactory http() {
        return connection.client().getRequestFactory();
    }

    /** Learns from an answer how far the server has got. */
    private void take(HttpResponse response, long start, long end) throws IOException {
        if (response.isSuccessStatusCode()) {
            finished = Optional.of(response.parseAs(StorageObject.class));
            received = end;
            return;
        }
        if (response.getStatusCode() != RESUME_INCOMPLETE) {
            throw GoogleJsonResponseException.from(GcsConnection.JSON, response);
        }
        response.disconnect();
        String range = response.getHeaders().getRange();
        Matcher matcher = RECEIVED.matcher(range == null ? "" : range);
        long now = matcher.matches() ? Long.parseLong(matcher.group(1)) + 1 : 0;
        if (now < start) {
            throw broken("has lost bytes " + now + " to " + start + ", which it had confirmed");
        }
        if (now > end) {
            throw broken("says that it has " + now + " bytes where " + end + " were sent");
        }
        received = now;
    }

    private StorageException broken(String what) {
        return new StorageException(name + " could not be written to " + settings.describe() + " (the server " + what
                + "); run this again.");
    }

    @Override
    public void abort() throws StorageException {
        kept = new byte[0];
        try {
            connection.send(() -> {
                HttpResponse response = http().buildDeleteRequest(new GenericUrl(url))
                        .setThrowExceptionOnExecuteError(false)
                        .execute();
                int status = response.getStatusCode();
                boolean ended = status == CLIENT_CLOSED || status == NOT_FOUND || status == GONE;
                if (!ended && !response.isSuccessStatusCode()) {
                    throw GoogleJsonResponseException.from(GcsConnection.JSON, response);
                }
                response.disconnect();
                return null;
            });
        } catch (IOException e) {
            throw GcsFailure.deleting(settings.describe(), name, e);
        }
    }
}
