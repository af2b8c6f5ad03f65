package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.URI;
import java.util.Map;

/**
 * One request that a signature allows to whoever holds it.
 *
 * @param headers that the signature covers: they must be sent as they are
 */
public record SignedRequest(URI uri, Map<String, String> headers) {
    public SignedRequest {
        headers = Map.copyOf(headers);
    }

    /** Without the signature. */
    @Override
    public String toString() {
        return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath() + "?…";
    }
}
