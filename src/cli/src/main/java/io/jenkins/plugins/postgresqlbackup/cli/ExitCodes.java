package io.jenkins.plugins.postgresqlbackup.cli;

/** What the process says to whoever started it. */
final class ExitCodes {
    /** All of it was done. */
    static final int DONE = 0;
    /** It could not be done, or what was verified is not good. */
    static final int FAILED = 1;
    /** The command line was not understood. */
    static final int USAGE = 2;
    /** It would have destroyed or left out something that nobody allowed it to. */
    static final int REFUSED = 3;
    /** Ended by Ctrl-C or a signal; as shells count it. */
    static final int INTERRUPTED = 130;

    private ExitCodes() {}
}
