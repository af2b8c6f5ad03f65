package io.jenkins.plugins.postgresqlbackup.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "key",
        header = "Make, give, take back, prove and change keys.",
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "",
            "A repository has keys of its own. A slot holds them wrapped for one holder, who opens it with a key, a passphrase or a"
                    + " recipient's secret. A full slot may do everything; a write slot takes backups and reads none, which is what an"
                    + " agent should have; the recovery slot belongs to the printed key.",
            ""
        })
final class KeyCommand implements Callable<Integer> {
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
