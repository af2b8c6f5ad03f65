package io.jenkins.plugins.postgresqlbackup.engine.operation;

/** Where an operation tells how far it is. Called from several threads at once; an implementation must be thread-safe and quick. */
public interface Progress {
    /**
     * A new phase begins, the one before is over.
     *
     * @param name what is being done, e.g. {@code Reading rows}
     * @param expectedBytes about how many bytes {@link #advance} will add up to; 0 if nobody knows
     */
    void phase(String name, long expectedBytes);

    /** Some more is done in this phase. */
    void advance(long rows, long bytes);

    /** Something a person should read although the operation goes on. */
    void warn(String message);

    /** Tells nobody. */
    static Progress silent() {
        return new Progress() {
            @Override
            public void phase(String name, long expectedBytes) {
                // nobody listens
            }

            @Override
            public void advance(long rows, long bytes) {
                // nobody listens
            }

            @Override
            public void warn(String message) {
                // nobody listens
            }
        };
    }
}
