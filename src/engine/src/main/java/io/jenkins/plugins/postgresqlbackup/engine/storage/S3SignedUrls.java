package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.PresignedPutObjectRequest;

/**
 * URLs signed with the store's credentials. One to put does not keep a taken name from being overwritten: a URL has no place for
 * that condition.
 */
final class S3SignedUrls implements SignedUrls {
    private final S3Store store;
    private final S3Presigner presigner;

    S3SignedUrls(S3Store store, S3Presigner presigner) {
        this.store = store;
        this.presigner = presigner;
    }

    @Override
    public URI toPut(String name, Duration validity) throws StorageException {
        S3Settings settings = store.settings();
        String key = store.key(name);
        try {
            PresignedPutObjectRequest signed = presigner.presignPutObject(request -> request.signatureDuration(validity)
                    .putObjectRequest(put -> put.bucket(settings.bucket()).key(key)));
            return signed.url().toURI();
        } catch (SdkException | URISyntaxException e) {
            throw failure(name, e);
        }
    }

    @Override
    public URI toGet(String name, Duration validity) throws StorageException {
        S3Settings settings = store.settings();
        String key = store.key(name);
        try {
            return presigner
                    .presignGetObject(request -> request.signatureDuration(validity)
                            .getObjectRequest(
                                    get -> get.bucket(settings.bucket()).key(key)))
                    .url()
                    .toURI();
        } catch (SdkException | URISyntaxException e) {
            throw failure(name, e);
        }
    }

    private StorageException failure(String name, Exception e) {
        return new StorageException(
                "No URL for " + name + " in " + store.describe() + " could be signed (" + S3Failure.reason(e)
                        + "); check the credentials.",
                e);
    }
}
