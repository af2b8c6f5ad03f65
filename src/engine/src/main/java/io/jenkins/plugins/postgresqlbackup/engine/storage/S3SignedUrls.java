package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.awscore.presigner.PresignedRequest;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** URLs signed with the store's credentials; they end with these, however long they are meant to be valid. */
final class S3SignedUrls implements SignedUrls {
    private final S3Store store;
    private final S3Presigner presigner;

    S3SignedUrls(S3Store store, S3Presigner presigner) {
        this.store = store;
        this.presigner = presigner;
    }

    @Override
    public SignedRequest toPut(String name, Duration validity) throws StorageException {
        String bucket = store.settings().bucket();
        String key = store.key(name);
        String condition = store.createsExclusively() ? S3Writes.IF_FREE : null;
        try {
            return request(presigner.presignPutObject(request -> request.signatureDuration(validity)
                    .putObjectRequest(put -> put.bucket(bucket).key(key).ifNoneMatch(condition))));
        } catch (SdkException | URISyntaxException e) {
            throw failure(name, e);
        }
    }

    @Override
    public SignedRequest toGet(String name, Duration validity) throws StorageException {
        String bucket = store.settings().bucket();
        String key = store.key(name);
        try {
            return request(presigner.presignGetObject(request -> request.signatureDuration(validity)
                    .getObjectRequest(get -> get.bucket(bucket).key(key))));
        } catch (SdkException | URISyntaxException e) {
            throw failure(name, e);
        }
    }

    private static SignedRequest request(PresignedRequest signed) throws URISyntaxException {
        Map<String, String> headers = new TreeMap<>();
        signed.signedHeaders().forEach((name, values) -> {
            if (!name.equalsIgnoreCase("host")) {
                headers.put(name, String.join(",", values));
            }
        });
        return new SignedRequest(signed.url().toURI(), headers);
    }

    private StorageException failure(String name, Exception e) {
        return new StorageException(
                "No URL for " + name + " in " + store.describe() + " could be signed (" + S3Failure.reason(e)
                        + "); check the credentials.",
                e);
    }
}
