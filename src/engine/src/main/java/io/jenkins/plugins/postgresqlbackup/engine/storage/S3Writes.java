package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * The requests that write. Each may be sent twice: a part replaces itself, and an object carries the id of its upload, so that
 * whoever is told that the name is taken can see whether it was by his own first try. Thread-safe.
 */
final class S3Writes implements ObjectWrites {
    /** The metadata that says which upload wrote an object. */
    private static final String UPLOAD = "upload";

    static final String IF_FREE = "*";
    private static final String CONTENT_TYPE = "application/octet-stream";

    private static final int QUARTERS = 4;

    private final S3Store store;
    private final S3Settings settings;
    private final S3Client client;
    private final Retries requests;
    private Optional<Boolean> exclusive;

    S3Writes(S3Store store, S3Client client, Retries requests) {
        this.store = store;
        this.settings = store.settings();
        this.client = client;
        this.requests = requests;
        this.exclusive = settings.exclusive();
    }

    /** Part sizes double each time a quarter of the server's allowance is used up, so that a small one does not limit an object. */
    @Override
    public int partBytes(int number) {
        int quarter = (number - 1) * QUARTERS / settings.maxParts();
        return settings.partBytes() << Math.min(quarter, QUARTERS - 1);
    }

    @Override
    public int maxParts() {
        return settings.maxParts();
    }

    @Override
    public void put(String name, String upload, byte[] content, int length) throws StorageException {
        boolean conditional = areExclusive();
        PutObjectRequest request = putRequest(settings.key(name), content, length, upload, conditional);
        sendNew(name, () -> client.putObject(request, body(content, length)));
    }

    /** Sends what creates an object. */
    private <T> T sendNew(String name, Supplier<T> request) throws StorageException {
        try {
            return requests.send(request::get);
        } catch (SdkException e) {
            if (S3Store.isStatus(e, S3Store.PRECONDITION_FAILED)) {
                throw new ObjectExistsException(settings.describe(), name);
            }
            throw S3Failure.writing(settings.describe(), name, e);
        }
    }

    @Override
    public Optional<String> writer(String name) throws StorageException {
        return store.head(name)
                .flatMap(head -> Optional.ofNullable(head.metadata().get(UPLOAD)));
    }

    @Override
    public Parts begin(String name, String upload) throws StorageException {
        String key = settings.key(name);
        String uploadId = sendNew(name, () -> client.createMultipartUpload(beginning(key, upload)))
                .uploadId();
        return new S3Parts(name, key, uploadId);
    }

    /** One upload in parts. */
    private final class S3Parts implements Parts {
        private final String name;
        private final String key;
        private final String uploadId;
        private final List<CompletedPart> sent = new ArrayList<>();

        S3Parts(String name, String key, String uploadId) {
            this.name = name;
            this.key = key;
            this.uploadId = uploadId;
        }

        @Override
        public void send(int number, byte[] content, int length, boolean last) throws StorageException {
            sent.add(sendNew(name, () -> part(key, uploadId, number, content, length)));
        }

        @Override
        public void complete() throws StorageException {
            boolean conditional = areExclusive();
            sendNew(name, () -> client.completeMultipartUpload(completion(key, uploadId, sent, conditional)));
        }

        @Override
        public void abort() throws StorageException {
            try {
                end(key, uploadId);
            } catch (SdkException e) {
                if (!S3Store.isStatus(e, S3Store.NOT_FOUND)) { // completed or ended already
                    throw S3Failure.deleting(settings.describe(), name, e);
                }
            }
        }
    }

    private PutObjectRequest putRequest(String key, byte[] content, int length, String upload, boolean conditional) {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(settings.bucket())
                .key(key)
                .contentType(CONTENT_TYPE)
                .metadata(Map.of(UPLOAD, upload))
                .storageClass(settings.storageClass().orElse(null))
                .serverSideEncryption(settings.encryption().orElse(null))
                .ssekmsKeyId(settings.kmsKey().orElse(null))
                .ifNoneMatch(conditional ? IF_FREE : null);
        switch (settings.checksum()) {
            case CRC32C -> request.checksumCRC32C(crc32c(content, length));
            case MD5 -> request.contentMD5(md5(content, length));
            case NONE -> {
                // The server cannot check it; whoever reads the object will.
            }
        }
        return request.build();
    }

    private CreateMultipartUploadRequest beginning(String key, String upload) {
        return CreateMultipartUploadRequest.builder()
                .bucket(settings.bucket())
                .key(key)
                .contentType(CONTENT_TYPE)
                .metadata(Map.of(UPLOAD, upload))
                .storageClass(settings.storageClass().orElse(null))
                .serverSideEncryption(settings.encryption().orElse(null))
                .ssekmsKeyId(settings.kmsKey().orElse(null))
                .checksumAlgorithm(settings.checksum() == S3Settings.Checksum.CRC32C ? ChecksumAlgorithm.CRC32_C : null)
                .build();
    }

    private CompletedPart part(String key, String uploadId, int number, byte[] content, int length) {
        UploadPartRequest.Builder request = UploadPartRequest.builder()
                .bucket(settings.bucket())
                .key(key)
                .uploadId(uploadId)
                .partNumber(number);
        CompletedPart.Builder part = CompletedPart.builder().partNumber(number);
        switch (settings.checksum()) {
            case CRC32C -> {
                String checksum = crc32c(content, length);
                request.checksumCRC32C(checksum);
                part.checksumCRC32C(checksum);
            }
            case MD5 -> request.contentMD5(md5(content, length));
            case NONE -> {
                // As for a whole object.
            }
        }
        UploadPartResponse response = client.uploadPart(request.build(), body(content, length));
        return part.eTag(response.eTag()).build();
    }

    private CompleteMultipartUploadRequest completion(
            String key, String uploadId, List<CompletedPart> parts, boolean conditional) {
        return CompleteMultipartUploadRequest.builder()
                .bucket(settings.bucket())
                .key(key)
                .uploadId(uploadId)
                .ifNoneMatch(conditional ? IF_FREE : null)
                .multipartUpload(upload -> upload.parts(parts))
                .build();
    }

    private void end(String key, String uploadId) {
        requests.send(() -> client.abortMultipartUpload(
                request -> request.bucket(settings.bucket()).key(key).uploadId(uploadId)));
    }

    /**
     * Whether the server refuses to write where a name is taken. Some say nothing and overwrite, some refuse the question: so it
     * is tried, once, with an object of our own. A server that cannot be asked now is asked again later, and not relied upon.
     */
    synchronized boolean areExclusive() {
        if (exclusive.isEmpty()) {
            exclusive = tried();
        }
        return exclusive.orElse(false);
    }

    private Optional<Boolean> tried() {
        // With a dot in front, so that no listing of ours shows it.
        String key = settings.prefix() + ".probe-" + UUID.randomUUID();
        byte[] content = {1};
        try {
            requests.send(() -> client.putObject(putRequest(key, content, 1, "probe", false), body(content, 1)));
            boolean kept =
                    refused(() -> client.putObject(putRequest(key, content, 1, "second", true), body(content, 1)))
                            && refusesParts(key, content);
            delete(key);
            return Optional.of(kept);
        } catch (SdkException e) {
            return Optional.empty();
        }
    }

    /** Deletes, where that is allowed; a holder who may only add leaves the byte behind. */
    private void delete(String key) {
        try {
            requests.send(() -> client.deleteObject(
                    request -> request.bucket(settings.bucket()).key(key)));
        } catch (SdkException e) {
            if (!S3Store.isStatus(e, S3Store.FORBIDDEN)) {
                throw e;
            }
        }
    }

    private boolean refusesParts(String key, byte[] content) {
        String uploadId = requests.send(() -> client.createMultipartUpload(beginning(key, "third")))
                .uploadId();
        List<CompletedPart> parts = List.of(requests.send(() -> part(key, uploadId, 1, content, 1)));
        boolean refused = refused(() -> client.completeMultipartUpload(completion(key, uploadId, parts, true)));
        if (refused) {
            end(key, uploadId);
        }
        return refused;
    }

    /** Whether a conditional request is refused because of its condition; false also when the server does not take it at all. */
    private boolean refused(Runnable request) {
        try {
            requests.send(() -> {
                request.run();
                return true;
            });
            return false;
        } catch (SdkException e) {
            if (S3Store.isStatus(e, S3Store.PRECONDITION_FAILED) || S3Store.isStatus(e, S3Store.CONFLICT)) {
                return true;
            }
            if (S3Store.isStatus(e, S3Store.BAD_REQUEST) || S3Store.isStatus(e, S3Store.NOT_IMPLEMENTED)) {
                return false;
            }
            throw e;
        }
    }

    private static RequestBody body(byte[] content, int length) {
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(content, 0, length), length, CONTENT_TYPE);
    }

    private static String crc32c(byte[] content, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(content, 0, length);
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) checksum.getValue())
                        .array());
    }

    private static String md5(byte[] content, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(content, 0, length);
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no MD5; use checksum=crc32c in the s3 URL.", e);
        }
    }
}
