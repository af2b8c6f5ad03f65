package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.http.conn.ConnectTimeoutException;

/** Says in one sentence what Supabase Storage refused to do, to which object, and what helps. */
final class SupabaseFailure {
    private SupabaseFailure() {}

    static StorageException writing(String store, String name, Exception e) {
        return failure(name + " could not be written to " + store, e);
    }

    static StorageException reading(String store, String name, Exception e) {
        return failure(name + " could not be read from " + store, e);
    }

    static StorageException listing(String store, Exception e) {
        return failure("The objects in " + store + " could not be listed", e);
    }

    static StorageException deleting(String store, String name, Exception e) {
        return failure(name + " could not be deleted from " + store, e);
    }

    static StorageException opening(String store, Exception e) {
        return failure(store + " could not be opened", e);
    }

    private static StorageException failure(String what, Exception e) {
        return e instanceof StorageException told
                ? told
                : new StorageException(what + " (" + reason(e) + "); " + advice(e) + ".", e);
    }

    private static String reason(Exception e) {
        if (e instanceof SupabaseRefusal refusal) {
            return refusal.getMessage();
        }
        if (e instanceof UnknownHostException) {
            return "there is no host " + e.getMessage();
        }
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.strip().replaceAll("[.\\s]+$", "").replaceAll("\\s+", " ");
    }

    private static String advice(Exception e) {
        if (e instanceof SupabaseRefusal refusal) {
            return advice(refusal);
        }
        if (e instanceof UnknownHostException) {
            return "check the project's reference in the URL; a project that was deleted, or paused for long, has no address";
        }
        if (e instanceof SocketTimeoutException) {
            return "the server is silent: run this again later, or allow more with timeout=… in the URL";
        }
        if (e instanceof ConnectException || e instanceof ConnectTimeoutException) {
            return "check the server's address in the URL and that it runs and can be reached from here";
        }
        if (e instanceof SSLException) {
            return "check the server's address in the URL, and whether this Java trusts its certificate";
        }
        return "check the network to the server and run this again";
    }

    private static String advice(SupabaseRefusal e) {
        if (e.isNoBucket()) {
            return "check the bucket's name in the URL, or create the bucket first, not public, in the project's Storage settings";
        }
        if (e.says("row-level security")) {
            return "this key may not do that: use the project's secret key or service_role key, which no policy holds back";
        }
        if (e.status() == SupabasePassing.PAUSED) {
            return "the project is paused: restore it in Supabase's dashboard and run this again";
        }
        if (e.code().equals("TenantNotFound")) {
            return "check the project's reference in the URL";
        }
        if (e.says("Route ") || e.says("route ")) {
            return "check the server's address in the URL, and whether its Storage is of 2025 or later";
        }
        return switch (e.status()) {
            case 401, 403 ->
                e.says("\"exp\"") || e.says("expired")
                        ? "the key is no longer valid: take the present one from the project's settings"
                        : "check that this is the project's own secret key or service_role key, and not its anon key";
            case 402 -> "the project has used up what its plan allows: see its usage in Supabase's dashboard";
            case HttpProxies.WANTS_LOGIN -> HttpProxies.ADVICE;
            case 413 ->
                "raise the file size limit of the bucket and of the project in the Storage settings (the Free plan has"
                        + " 50 MB), or tell the limit with fileSizeLimit=50M in the URL";
            case 415 -> "let the bucket take files of the type application/octet-stream in its settings";
            case 429 -> "the server wants fewer requests: run this with fewer jobs";
            case SupabaseRefusal.NOT_FOUND -> "check the server's address and the bucket in the URL";
            default ->
                e.status() >= 500
                        ? "the server is in trouble or overloaded: run this again later"
                        : "check the URL and the bucket's settings";
        };
    }
}
