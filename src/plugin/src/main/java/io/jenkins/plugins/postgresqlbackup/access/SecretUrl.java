package io.jenkins.plugins.postgresqlbackup.access;

import hudson.AbortException;
import io.jenkins.plugins.postgresqlbackup.Messages;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/** A URL that lets in whoever knows it, kept as a secret text at the root of Jenkins. Nothing it says about itself, errors too, holds any of it. */
public final class SecretUrl {
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private final URI uri;

    private SecretUrl(URI uri) {
        this.uri = uri;
    }

    /**
     * What the secret text with this id holds.
     *
     * @throws AbortException with a sentence if there is none or if it is no URL that may be asked: {@code https}, or {@code http} on this machine
     */
    public static SecretUrl of(String credentialsId) throws AbortException {
        String text = RootCredentials.text(credentialsId).getPlainText().strip();
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new AbortException(Messages.SecretUrl_bad(credentialsId)); // the cause holds the URL
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null
                || uri.getRawUserInfo() != null
                || !scheme.equals("https") && !(scheme.equals("http") && THIS_MACHINE.contains(uri.getHost()))) {
            throw new AbortException(Messages.SecretUrl_bad(credentialsId));
        }
        return new SecretUrl(uri);
    }

    /** The same with one more segment at the end of its path. */
    public SecretUrl below(String segment) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return new SecretUrl(URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + path
                + (path.endsWith("/") ? "" : "/") + segment
                + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())));
    }

    /** For the request alone. */
    public URI uri() {
        return uri;
    }

    @Override
    public String toString() {
        return "a secret URL";
    }
}
