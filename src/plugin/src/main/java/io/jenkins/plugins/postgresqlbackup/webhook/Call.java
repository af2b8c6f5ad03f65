package io.jenkins.plugins.postgresqlbackup.webhook;

import hudson.ProxyConfiguration;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.SecretUrl;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** One HTTP request to a secret URL, by way of Jenkins's proxy, answered within a deadline. What went wrong is told without the URL and without the answer. */
final class Call {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** For all of it, the answer's last byte too. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final HttpRequest.Builder request;

    private Call(HttpRequest.Builder request) {
        this.request = request;
    }

    static Call get(SecretUrl url) {
        return new Call(ProxyConfiguration.newHttpRequestBuilder(url.uri()).GET());
    }

    static Call post(SecretUrl url, String json) {
        return new Call(ProxyConfiguration.newHttpRequestBuilder(url.uri())
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /**
     * Makes it.
     *
     * @throws IOException with a sentence, when nobody answered in time or when the answer is not that it worked
     */
    void make() throws IOException, InterruptedException {
        HttpClient client = ProxyConfiguration.newHttpClientBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER) // where to might be anybody
                .connectTimeout(CONNECT)
                .build();
        CompletableFuture<HttpResponse<Void>> answer =
                client.sendAsync(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.discarding());
        int status;
        try {
            status = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).statusCode();
        } catch (ExecutionException e) {
            throw new IOException(why(e.getCause()));
        } catch (TimeoutException e) {
            throw new IOException(Messages.Call_late(PATIENCE.toSeconds()));
        } finally {
            answer.cancel(true);
        }
        if (status >= 300 && status < 400) {
            throw new IOException(Messages.Call_redirected(status));
        }
        if (status < 200 || status >= 300) {
            throw new IOException(Messages.Call_refused(status));
        }
    }

    /** The messages of these themselves may hold the URL. */
    private static String why(Throwable failure) {
        if (failure instanceof HttpConnectTimeoutException || failure instanceof ConnectException) {
            return Messages.Call_unreachable();
        }
        if (failure instanceof HttpTimeoutException) {
            return Messages.Call_late(PATIENCE.toSeconds());
        }
        return failure instanceof SSLException
                ? Messages.Call_notTrusted()
                : Messages.Call_broken(failure.getClass().getSimpleName());
    }
}
