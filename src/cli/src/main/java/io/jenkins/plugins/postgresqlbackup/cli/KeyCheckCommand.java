package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import io.jenkins.plugins.postgresqlbackup.engine.keys.SlotKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.SlotChanges;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "check",
        header = "Prove that a key opens a repository.",
        customSynopsis = "pgbackup key check --repository URL [OPTIONS]",
        description = {
            "",
            "Says which slot opens and what it may do, and notes in the repository that its key was proven. Do this once with the"
                    + " printed recovery key, typed from the paper.",
            ""
        },
        footer = {"", "Example:", "  pgbackup key check --repository file:/backups --key prompt"})
final class KeyCheckCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private RepositoryOptions repository;

    @Mixin
    private OutputOptions output;

    KeyCheckCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        try (OpenRepository opened = repository.open(surroundings, report)) {
            Repository open = opened.repository();
            SlotChanges changes = new SlotChanges(open, surroundings.clock(), surroundings.random());
            changes.prove();
            KeySlot slot = open.openedWith();
            SlotFacts facts = new SlotFacts(slot, changes.proven(slot), true);
            if (report.json()) {
                Map<String, Object> object = facts.object();
                object.put("repository", open.store().describe());
                object.put("fingerprint", open.fingerprint());
                object.put("canRead", open.keys().canRead());
                report.object(object);
            }
            report.say(report.paint().tick() + " This key opens the " + facts.kind() + " slot " + slot.id() + " ("
                    + slot.label() + ") of " + open.store().describe() + ".\n" + may(slot.kind()));
        }
        return ExitCodes.DONE;
    }

    private static String may(SlotKind kind) {
        return switch (kind) {
            case FULL -> "It may do everything.";
            case WRITE -> "It may take backups, list them and check their structure; it reads no rows.";
            case RECOVERY -> "It is the printed key, it may do everything, and it is proven now. Put the paper back.";
        };
    }
}
