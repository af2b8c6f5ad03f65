package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "trust",
        header = "Accept a repository as it is now.",
        customSynopsis = "pgbackup key trust --repository URL [OPTIONS]",
        description = {
            "",
            "This machine remembers each repository's public key and the newest backup it saw there, and refuses or warns when they"
                    + " are not what they were. After a rotation of the keys, or after backups were removed on purpose, this makes it"
                    + " remember the present state instead. Compare the public key with what key list shows elsewhere first.",
            ""
        },
        footer = {"", "Example:", "  pgbackup key trust --repository file:/backups"})
final class KeyTrustCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private RepositoryOptions repository;

    @Mixin
    private OutputOptions output;

    KeyTrustCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        try (Secret secret = repository.secret(surroundings, report::warn);
                Repository open = repository.unchecked(secret, surroundings, report)) {
            RepositoryOptions.witness(open, surroundings, report).trust(open);
            if (report.json()) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("repository", open.store().describe());
                object.put("fingerprint", open.fingerprint());
                report.object(object);
            }
            report.say(report.paint().tick() + " Trusted from now on: "
                    + open.store().describe() + " with the public key\n  " + open.fingerprint());
        }
        return ExitCodes.DONE;
    }
}
