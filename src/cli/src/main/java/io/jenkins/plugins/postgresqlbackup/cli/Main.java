package io.jenkins.plugins.postgresqlbackup.cli;

/** The process: its surroundings, its signals, its exit code. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        LogToStandardError.install();
        Interruption interruption = Interruption.watch(Thread.currentThread());
        int code = ExitCodes.FAILED;
        try {
            code = Pgbackup.run(Surroundings.ofProcess(), arguments);
        } finally {
            interruption.over(); // also where an Error ends it
        }
        System.exit(code);
    }
}
