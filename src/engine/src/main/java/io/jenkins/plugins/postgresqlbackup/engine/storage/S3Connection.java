package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** Amazon's client for one store, with all that belongs to it. It sends each request once: {@link Retries} repeats. */
final class S3Connection implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** A request may be slow, but it ends: 8 MiB in this time are 14 kB a second. */
    private static final Duration LONGEST_REQUEST = Duration.ofMinutes(10);

    private static final int CONNECTIONS = 256;
    private static final String SESSION = "postgresql-backup";

    private final Deque<SdkAutoCloseable> open = new ArrayDeque<>();
    private final S3Client client;
    private final S3Presigner presigner;

    private S3Connection(S3Settings settings, Optional<S3Keys> keys, HttpProxies proxies) {
        Region region = region(settings);
        AwsCredentialsProvider own = credentials(settings, keys);
        AwsCredentialsProvider credentials = settings.role()
                .map(role -> assume(settings, role, own, region, proxies))
                .orElse(own);
        S3ClientBuilder builder = S3Client.builder()
                .region(region)
                .credentialsProvider(credentials)
                .forcePathStyle(settings.pathStyle())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(service -> service.chunkedEncodingEnabled(settings.chunkedSigning()))
                .overrideConfiguration(all -> {
                    all.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallAttemptTimeout(LONGEST_REQUEST);
                    settings.profile().ifPresent(all::defaultProfileName);
                })
                .httpClientBuilder(
                        http(settings, proxies).maxConnections(CONNECTIONS).tcpKeepAlive(true));
        settings.endpoint().ifPresent(builder::endpointOverride);
        client = keep(builder.build());
        S3Presigner.Builder signing = S3Presigner.builder()
                .region(region)
                .credentialsProvider(credentials)
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(settings.pathStyle())
                        .build());
        settings.endpoint().ifPresent(signing::endpointOverride);
        presigner = keep(signing.build());
    }

    /** @param variables the environment */
    static S3Connection open(S3Settings settings, Optional<S3Keys> keys, UnaryOperator<String> variables)
            throws StorageException {
        HttpProxies proxies = new HttpProxies(variables);
        try {
            return new S3Connection(settings, keys, proxies);
        } catch (SdkClientException | IllegalArgumentException e) {
            throw new StorageException(
                    settings.describe() + " cannot be opened (" + S3Failure.reason(e)
                            + "); check the region, the profile and the endpoint.",
                    e);
        }
    }

    private static ApacheHttpClient.Builder http(S3Settings settings, HttpProxies proxies) {
        return ApacheHttpClient.builder()
                .connectionTimeout(CONNECT)
                .socketTimeout(settings.timeout())
                // Left alone, the client asks for the proxy of plain http whatever it speaks.
                .proxyConfiguration(ProxyConfiguration.builder()
                        .useSystemPropertyValues(false)
                        .useEnvironmentVariableValues(false)
                        .build())
                .httpRoutePlanner(proxies.routes())
                .credentialsProvider(proxies.credentials());
    }

    S3Client client() {
        return client;
    }

    S3Presigner presigner() {
        return presigner;
    }

    /** Servers other than Amazon's want some region to be signed, mostly this one. */
    private static Region region(S3Settings settings) {
        if (settings.region().isPresent()) {
            return Region.of(settings.region().get());
        }
        try {
            DefaultAwsRegionProviderChain.Builder chain = DefaultAwsRegionProviderChain.builder();
            settings.profile().ifPresent(chain::profileName);
            if (settings.endpoint().isEmpty()) {
                return chain.build().getRegion();
            }
            String variable = System.getenv("AWS_REGION");
            return variable == null || variable.isBlank() ? Region.US_EAST_1 : Region.of(variable);
        } catch (SdkClientException e) {
            throw SdkClientException.create("no region is known: add region=… to the URL, or set AWS_REGION", e);
        }
    }

    private AwsCredentialsProvider credentials(S3Settings settings, Optional<S3Keys> keys) {
        if (keys.isPresent()) {
            S3Keys given = keys.get();
            return StaticCredentialsProvider.create(
                    given.sessionToken().isPresent()
                            ? AwsSessionCredentials.create(
                                    given.accessKeyId(),
                                    given.secretAccessKey(),
                                    given.sessionToken().get())
                            : AwsBasicCredentials.create(given.accessKeyId(), given.secretAccessKey()));
        }
        if (settings.profile().isPresent()) {
            // Not the default chain: there the variables would win over the profile that somebody named.
            return keep(ProfileCredentialsProvider.create(settings.profile().get()));
        }
        return keep(DefaultCredentialsProvider.builder().build());
    }

    private AwsCredentialsProvider assume(
            S3Settings settings, String role, AwsCredentialsProvider own, Region region, HttpProxies proxies) {
        StsClient sts = keep(StsClient.builder()
                .region(region)
                .credentialsProvider(own)
                .httpClientBuilder(http(settings, proxies))
                .build());
        return keep(StsAssumeRoleCredentialsProvider.builder()
                .stsClient(sts)
                .refreshRequest(request -> request.roleArn(role)
                        .roleSessionName(SESSION)
                        .externalId(settings.externalId().orElse(null)))
                .build());
    }

    private <T extends SdkAutoCloseable> T keep(T resource) {
        open.push(resource);
        return resource;
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
