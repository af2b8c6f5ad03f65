package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.keys.RecipientPair;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "generate",
        header = "Make a new key.",
        customSynopsis = "pgbackup key generate [OPTIONS]",
        description = {
            "",
            "Prints 32 random bytes as base64, for BACKUP_ENCRYPTION_KEY or a file. It opens nothing until a repository has a slot"
                    + " for it (init, full or key add).",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  export BACKUP_ENCRYPTION_KEY=\"$(pgbackup key generate)\"",
            "  pgbackup key generate --out backup.key",
            "",
            "  # a pair: a secret for its owner, a public text for whoever adds the slot",
            "  pgbackup key generate --recipient --out my.secret"
        })
final class KeyGenerateCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(
            names = "--out",
            paramLabel = "PATH",
            description = "Write the key into this file, which must not be there yet, readable by its owner alone.")
    private String out;

    @Option(
            names = "--recipient",
            description = "Make a recipient's pair: a secret, and a public text that slots are made for.")
    private boolean recipient;

    @Mixin
    private OutputOptions output;

    KeyGenerateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        Map<String, Object> object = new LinkedHashMap<>();
        if (recipient) {
            RecipientPair pair = Secrets.generateRecipient(surroundings.random());
            keep("secret", pair.secretText(), object);
            object.put("recipient", pair.publicText());
        } else {
            keep("key", Secrets.generateRawKey(surroundings.random()), object);
        }
        if (report.json()) {
            report.object(object);
        } else {
            object.values().forEach(value -> report.insist(String.valueOf(value)));
        }
        return ExitCodes.DONE;
    }

    private void keep(String name, String secret, Map<String, Object> object) throws IOException {
        if (out == null) {
            object.put(name, secret);
        } else {
            Path file = Surroundings.path(out);
            SecretFile.write(file, (secret + "\n").getBytes(StandardCharsets.US_ASCII));
            object.put("file", file.toString());
        }
    }
}
