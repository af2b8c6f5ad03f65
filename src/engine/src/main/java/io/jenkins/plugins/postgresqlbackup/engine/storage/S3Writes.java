package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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
final class S3Writes {
    /** The metadata that says which upload wrote an object. */
    private static final String UPLOAD = "upload";

    private static final String IF_FREE = "*";
    private static final String CONTENT_TYPE = "application/octet-stream";

    private final S3Settings settings;
    private final S3Client client;
    private final S3Requests requests;
    private Optional<Boolean> exclusive;

    S3Writes(S3Settings settings, S3Client client, S3Requests requests) {
        this.settings = settings;
        this.client = client;
        this.requests = requests;
        this.exclusive = settings.exclusive();
    }

    /** Whether that metadata names this upload. */
    static boolean isOf(String upload, Map<String, String> metadata) {
        return upload.equals(metadata.get(UPLOAD));
    }

    void put(String key, byte[] content, int length, String upload) {
        boolean conditional = areExclusive();
        PutObjectRequest request = putRequest(key, content, length, upload, conditional);
        requests.send(() -> client.putObject(request, body(content, length)));
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

    /** Begins an upload in parts; returns the server's id of it. */
    String begin(String key, String upload) {
        CreateMultipartUploadRequest request = CreateMultipartUploadRequest.builder()
                .bucket(settings.bucket())
                .key(key)
                .contentType(CONTENT_TYPE)
                .metadata(Map.of(UPLOAD, upload))
                .storageClass(settings.storageClass().orElse(null))
                .serverSideEncryption(settings.encryption().orElse(null))
                .ssekmsKeyId(settings.kmsKey().orElse(null))
                .checksumAlgorithm(settings.checksum() == S3Settings.Checksum.CRC32C ? ChecksumAlgorithm.CRC32_C : null)
                .build();
        return requests.send(() -> client.createMultipartUpload(request)).uploadId();
    }

    CompletedPart part(String key, String uploadId, int number, byte[] content, int length) {
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
        UploadPartResponse response = requests.send(() -> client.uploadPart(request.build(), body(content, length)));
        return part.eTag(response.eTag()).build();
    }

    void complete(String key, String uploadId, List<CompletedPart> parts) {
        boolean conditional = areExclusive();
        requests.send(() -> client.completeMultipartUpload(completion(key, uploadId, parts, conditional)));
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

    void abort(String key, String uploadId) {
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
        String uploadId = begin(key, "third");
        List<CompletedPart> parts = List.of(part(key, uploadId, 1, content, 1));
        boolean refused = refused(() -> client.completeMultipartUpload(completion(key, uploadId, parts, true)));
        if (refused) {
            abort(key, uploadId);
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
