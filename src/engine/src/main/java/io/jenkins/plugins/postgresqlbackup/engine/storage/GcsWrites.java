package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.json.JsonHttpContent;
import com.google.api.services.storage.Storage;
import com.google.api.services.storage.model.StorageObject;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The requests that write; all are conditional on the name being free. A small object goes in one request with its checksum, a
 * large one through a resumable session.
 *
 * @see <a href="https://cloud.google.com/storage/docs/performing-resumable-uploads">Resumable uploads</a>
 */
final class GcsWrites implements ObjectWrites {
    static final String CONTENT_TYPE = "application/octet-stream";
    static final int PRECONDITION_FAILED = 412;
    /** The metadata that says which upload wrote an object. */
    private static final String UPLOAD = "upload";

    /** What is asked about a new object. */
    private static final String RESULT = "size,crc32c,generation";

    private static final long IF_FREE = 0;
    /** Five tebibytes. */
    private static final long LARGEST_OBJECT = 5L << 40;

    private final GcsStore store;
    private final GcsSettings settings;
    private final GcsConnection connection;

    GcsWrites(GcsStore store, GcsSettings settings, GcsConnection connection) {
        this.store = store;
        this.settings = settings;
        this.connection = connection;
    }

    @Override
    public int partBytes(int number) {
        return settings.chunkBytes();
    }

    @Override
    public int maxParts() {
        return (int) Math.min(Integer.MAX_VALUE, LARGEST_OBJECT / settings.chunkBytes());
    }

    @Override
    public void put(String name, String upload, byte[] content, int length) throws StorageException {
        CRC32C checksum = new CRC32C();
        checksum.update(content, 0, length);
        StorageObject object = describe(name, upload).setCrc32c(text(checksum));
        StorageObject made = sendNew(name, () -> {
            Storage.Objects.Insert insert = connection
                    .client()
                    .objects()
                    .insert(settings.bucket(), object, new ByteArrayContent(CONTENT_TYPE, content, 0, length))
                    .setIfGenerationMatch(IF_FREE)
                    .setUserProject(settings.userProject().orElse(null))
                    .setKmsKeyName(settings.kmsKey().orElse(null))
                    .setFields(RESULT);
            insert.setDisableGZipContent(true);
            insert.getMediaHttpUploader().setDirectUploadEnabled(true);
            return insert.execute();
        });
        requireSame(name, made, checksum, length);
    }

    @Override
    public Parts begin(String name, String upload) throws StorageException {
        GenericUrl url = new GenericUrl(settings.server() + "/upload/storage/v1/b/" + settings.bucket() + "/o");
        url.put("uploadType", "resumable");
        url.put("ifGenerationMatch", IF_FREE);
        url.put("fields", RESULT);
        settings.userProject().ifPresent(project -> url.put("userProject", project));
        settings.kmsKey().ifPresent(key -> url.put("kmsKeyName", key));
        JsonHttpContent description = new JsonHttpContent(GcsConnection.JSON, describe(name, upload));
        String session = sendNew(name, () -> {
            HttpRequest request = connection
                    .client()
                    .getRequestFactory()
                    .buildPostRequest(url, description)
                    .setThrowExceptionOnExecuteError(false);
            request.getHeaders().set("X-Upload-Content-Type", CONTENT_TYPE);
            HttpResponse response = request.execute();
            if (!response.isSuccessStatusCode()) {
                throw GoogleJsonResponseException.from(GcsConnection.JSON, response);
            }
            response.disconnect();
            return response.getHeaders().getLocation();
        });
        return new GcsSession(name, trusted(name, session), this, settings, connection);
    }

    /** The access token goes along with each chunk, so not just anywhere. */
    private String trusted(String name, String session) throws StorageException {
        URI url = session == null ? URI.create("") : URI.create(session);
        String host = String.valueOf(url.getHost());
        boolean own = settings.server().getRawAuthority().equals(url.getRawAuthority());
        boolean googles = "https".equals(url.getScheme()) && host.endsWith(".googleapis.com");
        if (!own && !googles) {
            throw new StorageException(name + " could not be written to " + settings.describe()
                    + " (the server wants the upload to go to " + (url.getRawAuthority() == null ? "nowhere" : host)
                    + "); check the endpoint, and which address the server believes it has.");
        }
        return session;
    }

    /** Sends what creates an object. */
    <T> T sendNew(String name, Retries.Attempt<T, IOException> request) throws StorageException {
        try {
            return connection.send(request);
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            if (GcsFailure.isStatus(e, PRECONDITION_FAILED)) {
                throw new ObjectExistsException(settings.describe(), name);
            }
            throw GcsFailure.writing(settings.describe(), name, e);
        }
    }

    /** Servers are to refuse what does not have the checksum that was sent; this looks whether they did. */
    void requireSame(String name, StorageObject made, CRC32C checksum, long size) throws StorageException {
        if (text(checksum).equals(made.getCrc32c()) && BigInteger.valueOf(size).equals(made.getSize())) {
            return;
        }
        // It carries this upload's id: left there, it would be taken for what was meant to be written.
        withdraw(name, Optional.ofNullable(made.getGeneration()));
        throw new StorageException(name + " was written to " + settings.describe() + " without an error, but what came"
                + " to be there had another checksum (" + made.getCrc32c() + ", " + made.getSize()
                + " bytes) than what was sent (" + text(checksum) + ", " + size
                + " bytes); it is deleted: run this again, and check this machine's memory if it comes again.");
    }

    /** Deletes what an upload of ours has made, and nothing that came afterwards. */
    private void withdraw(String name, Optional<Long> generation) throws StorageException {
        if (generation.isEmpty()) {
            return;
        }
        try {
            connection.send(() -> connection
                    .client()
                    .objects()
                    .delete(settings.bucket(), settings.key(name))
                    .setGeneration(generation.get())
                    .setUserProject(settings.userProject().orElse(null))
                    .execute());
        } catch (IOException e) {
            throw GcsFailure.deleting(settings.describe(), name, e);
        }
    }

    private StorageObject describe(String name, String upload) {
        return new StorageObject()
                .setName(settings.key(name))
                .setContentType(CONTENT_TYPE)
                .setMetadata(Map.of(UPLOAD, upload))
                .setStorageClass(settings.storageClass().orElse(null));
    }

    @Override
    public Optional<String> writer(String name) throws StorageException {
        return store.look(name, "metadata").map(StorageObject::getMetadata).map(metadata -> metadata.get(UPLOAD));
    }

    /** As Google writes it. */
    static String text(CRC32C checksum) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) checksum.getValue())
                        .array());
    }
}
