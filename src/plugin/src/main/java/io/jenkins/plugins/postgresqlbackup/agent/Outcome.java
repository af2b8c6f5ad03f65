package io.jenkins.plugins.postgresqlbackup.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** What came of an operation on a node: a result, a failure in words, or that it was stopped. Immutable. */
public final class Outcome<R extends Serializable> implements Serializable {
    private static final long serialVersionUID = 1;

    private final R result;
    private final String message;
    private final ArrayList<String> details;
    private final boolean stopped;

    private Outcome(R result, String message, List<String> details, boolean stopped) {
        this.result = result;
        this.message = message;
        this.details = new ArrayList<>(details);
        this.stopped = stopped;
    }

    static <R extends Serializable> Outcome<R> of(R result) {
        return new Outcome<>(result, null, List.of(), false);
    }

    static <R extends Serializable> Outcome<R> failed(String sentence, List<String> details) {
        return new Outcome<>(null, sentence, details, false);
    }

    static <R extends Serializable> Outcome<R> stopped(String sentence) {
        return new Outcome<>(null, sentence, List.of(), true);
    }

    /** Null if it failed or was stopped. */
    @CheckForNull
    public R result() {
        return result;
    }

    /** What went wrong, or what stopping has left; null if all went well. */
    @CheckForNull
    public String message() {
        return message;
    }

    /** More lines about a failure. */
    public List<String> details() {
        return new ArrayList<>(details);
    }

    public boolean isStopped() {
        return stopped;
    }
}
