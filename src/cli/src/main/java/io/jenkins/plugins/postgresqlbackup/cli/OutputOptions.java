package io.jenkins.plugins.postgresqlbackup.cli;

import picocli.CommandLine.Option;

/** How a command speaks. */
final class OutputOptions {
    @Option(names = "--json", description = "Print the result as JSON, for machines.", order = 901)
    private boolean json;

    @Option(names = "--quiet", description = "Print nothing but warnings and errors.", order = 902)
    private boolean quiet;

    /** Read where failures are told, too: see {@link Failures}. */
    @Option(names = Failures.DEBUG, description = "When something fails, print the Java stack trace too.", order = 903)
    private boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.",
            order = 904)
    private boolean help;

    Report report(Surroundings surroundings) {
        return new Report(surroundings, json, quiet);
    }
}
