package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

class RetriesTest {
    private final List<Duration> waits = new ArrayList<>();
    private final Retries requests = new Retries(5, new S3Passing(), new Random(1), waits::add);
    private int sent;

    private void failAlways(SdkException failure) {
        assertThatThrownBy(() -> requests.send(() -> {
                    sent++;
                    throw failure;
                }))
                .isSameAs(failure);
    }

    private static SdkException answer(int status, String code) {
        return S3Exception.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .build();
    }

    @Test
    void aLastingFailureIsTriedAFewTimesWithGrowingWaits() {
        failAlways(answer(503, "SlowDown"));
        assertThat(sent).isEqualTo(5);
        assertThat(waits).hasSize(4);
        for (int i = 0; i < waits.size(); i++) {
            assertThat(waits.get(i).toMillis()).isBetween(100L << i, 200L << i);
        }
    }

    @Test
    void whatWillNotPassIsTriedOnce() {
        failAlways(answer(403, "AccessDenied"));
        failAlways(answer(404, "NoSuchKey"));
        failAlways(answer(412, "PreconditionFailed"));
        failAlways(answer(501, "NotImplemented"));
        failAlways(SdkClientException.create("no host", new UnknownHostException("x")));
        failAlways(SdkClientException.create("Unable to load credentials"));
        assertThat(sent).isEqualTo(6);
        assertThat(waits).isEmpty();
    }

    @Test
    void aCutConnectionIsTriedAgain() {
        Object result = requests.send(() -> {
            if (++sent < 3) {
                throw SdkClientException.create("cut", new IOException("Connection reset"));
            }
            return "done";
        });
        assertThat(result).isEqualTo("done");
        assertThat(waits).hasSize(2);
    }

    @Test
    void aServerIsLeftAloneAsLongAsItAsksButNotForEver() {
        for (String asked : List.of("7", "86400", "soon")) {
            SdkHttpResponse head = SdkHttpResponse.builder()
                    .statusCode(429)
                    .putHeader("Retry-After", asked)
                    .build();
            failAlways(S3Exception.builder()
                    .statusCode(429)
                    .awsErrorDetails(AwsErrorDetails.builder()
                            .errorCode("TooManyRequests")
                            .sdkHttpResponse(head)
                            .build())
                    .build());
        }
        assertThat(waits.get(0)).isEqualTo(Duration.ofSeconds(7));
        assertThat(waits.get(4)).isEqualTo(Duration.ofSeconds(60));
        assertThat(waits.get(8)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void anInterruptedThreadSendsAndIsInterruptedAfterwardsButWaitsForNothing() {
        Thread.currentThread().interrupt();
        assertThat(requests.<Boolean, RuntimeException>send(Thread::interrupted))
                .isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        failAlways(answer(503, "SlowDown"));
        assertThat(sent).isEqualTo(1);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aRequestThatAnInterruptCutIsSentAgain() {
        String result = requests.send(() -> {
            if (++sent == 1) {
                Thread.currentThread().interrupt();
                throw AbortedException.create("interrupted");
            }
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return "done";
        });
        assertThat(result).isEqualTo("done");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anInterruptEndsTheWaiting() {
        Retries stopped = new Retries(5, new S3Passing(), new Random(1), duration -> {
            throw new InterruptedException();
        });
        SdkException failure = answer(500, "InternalError");
        assertThatThrownBy(() -> stopped.send(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(Thread.interrupted()).isTrue();
    }
}
