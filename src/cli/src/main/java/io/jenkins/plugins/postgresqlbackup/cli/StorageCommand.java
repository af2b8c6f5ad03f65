package io.jenkins.plugins.postgresqlbackup.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "storage",
        header = "Try whether a place can keep backups.",
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "",
            "Where backups lie: a directory or a bucket. What is done here needs no key of the repository.",
            ""
        })
final class StorageCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return ExitCodes.USAGE;
    }
}
