package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Holder;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.keys.SlotKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.SlotChanges;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "add",
        header = "Give one more holder access to a repository.",
        customSynopsis = "pgbackup key add --kind KIND [--holder SOURCE] --repository URL [OPTIONS]",
        description = {"", "Writes one small object; no backup is rewritten. Needs a full or the recovery key.", ""},
        footer = {
            "",
            "Examples:",
            "  # an agent that takes backups and can read none",
            "  pgbackup key generate --out agent.key",
            "  pgbackup key add --repository file:/backups --kind write \\",
            "      --holder file:agent.key --label agent-7",
            "",
            "  # a colleague, by public key",
            "  pgbackup key add --repository file:/backups --kind full \\",
            "      --holder recipient:pgbackup-recipient:…",
            "",
            "  # a new printed key",
            "  pgbackup key add --repository file:/backups --kind recovery"
        })
final class KeyAddCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--kind", required = true, paramLabel = "KIND", description = "full, write or recovery.")
    private SlotKind kind;

    @Option(
            names = "--holder",
            paramLabel = "SOURCE",
            description = "Whose the slot is: " + KeySource.FORMS
                    + ", or recipient:PUBLIC-KEY. A recovery slot has none: its key is" + " made and shown once.")
    private HolderSource holder;

    @Option(names = "--label", paramLabel = "TEXT", description = "Whose it is, for people.")
    private String label;

    @Mixin
    private RepositoryOptions repository;

    @Mixin
    private RecoveryOptions recovery;

    @Mixin
    private OutputOptions output;

    KeyAddCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        if ((kind == SlotKind.RECOVERY) != (holder == null)) {
            throw new UsageException(
                    holder == null
                            ? "Say whose the slot is with --holder: " + KeySource.FORMS + ", or recipient:PUBLIC-KEY."
                            : "A recovery slot takes no --holder: its key is made and shown once.");
        }
        recovery.check();
        try (OpenRepository opened = repository.open(surroundings, report)) {
            SlotChanges changes = new SlotChanges(opened.repository(), surroundings.clock(), surroundings.random());
            if (kind == SlotKind.RECOVERY) {
                addRecovery(changes, report);
            } else {
                SlotFacts added = new SlotFacts(add(changes, report), Optional.empty(), false);
                if (report.json()) {
                    report.object(added.object());
                }
                report.say(report.paint().tick() + " The " + added.kind() + " slot "
                        + added.slot().id() + " is added (" + added.slot().label() + ").");
            }
        }
        return ExitCodes.DONE;
    }

    private void addRecovery(SlotChanges changes, Report report) throws IOException {
        String key = changes.addRecovery();
        if (report.json() && !recovery.toFile()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("kind", "recovery");
            object.put("recoveryKey", key);
            report.object(object);
        } else {
            recovery.hand(key, repository.location(surroundings), report);
        }
    }

    private KeySlot add(SlotChanges changes, Report report) throws IOException {
        if (holder instanceof HolderSource.Recipient recipient) {
            return changes.add(kind, label("a recipient"), Holder.recipient(recipient.publicText()));
        }
        KeySource source = ((HolderSource.Known) holder).source();
        try (Secret secret = source.newSecret(surroundings, report::warn)) {
            return changes.add(kind, label("the key from " + source), Holder.of(secret));
        }
    }

    private String label(String otherwise) {
        return label == null ? otherwise : label;
    }
}
