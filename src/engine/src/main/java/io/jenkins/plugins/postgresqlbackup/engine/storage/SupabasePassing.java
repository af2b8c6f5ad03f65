package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.apache.http.impl.execchain.RequestAbortedException;

/** Which failures of Supabase Storage pass. */
final class SupabasePassing implements Retries.Passing {
    static final int PAUSED = 540;
    private static final int SERVER_ERROR = 500;
    private static final int NOT_IMPLEMENTED = 501;
    /** Timed out, locked by an earlier try, too early, too many. */
    private static final Set<Integer> STATUSES = Set.of(408, 423, 425, 429);

    @Override
    public Optional<Duration> of(Exception failure) {
        if (failure instanceof SupabaseRefusal refusal) {
            return passes(refusal) ? Optional.of(refusal.asked()) : Optional.empty();
        }
        boolean passes = failure instanceof IOException
                && !(failure instanceof StorageException)
                && !(failure instanceof SSLException)
                && !(failure instanceof UnknownHostException);
        return passes ? Optional.of(Duration.ZERO) : Optional.empty();
    }

    @Override
    public boolean isInterrupt(Exception failure) {
        return failure instanceof RequestAbortedException && failure.getCause() instanceof InterruptedException;
    }

    private static boolean passes(SupabaseRefusal refusal) {
        int status = refusal.status();
        return STATUSES.contains(status)
                || status / 100 == 2 // It says yes, and what follows is cut or garbled.
                || status >= SERVER_ERROR && status != NOT_IMPLEMENTED && status != PAUSED
                || refusal.isOtherOffset()
                || refusal.says("lock acquired"); // An earlier try was cut short in favour of a later one.
    }
}
