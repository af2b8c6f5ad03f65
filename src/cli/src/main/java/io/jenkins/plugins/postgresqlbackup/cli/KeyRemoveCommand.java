package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import io.jenkins.plugins.postgresqlbackup.engine.repository.SlotChanges;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        header = "Take a holder's access away.",
        customSynopsis = "pgbackup key remove SLOT --repository URL [OPTIONS]",
        description = {
            "",
            "Removes one slot. Whoever has already opened it keeps the keys it held and can read what is stored: after a leak run"
                    + " key rotate as well. The last full slot stays.",
            ""
        },
        footer = {"", "Example:", "  pgbackup key remove 3f9a1c22d0b4e871 --repository file:/backups"})
final class KeyRemoveCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(
            paramLabel = "SLOT",
            description = "The slot's id or the unambiguous start of it, as key list shows it.")
    private String slot;

    @Mixin
    private RepositoryOptions repository;

    @Mixin
    private OutputOptions output;

    KeyRemoveCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        try (OpenRepository opened = repository.open(surroundings, report)) {
            List<KeySlot> matches = opened.repository().slots().stream()
                    .filter(candidate -> candidate.id().startsWith(slot))
                    .toList();
            if (matches.size() > 1) {
                throw new KeyException(
                        "More than one key slot starts with " + slot + "; `pgbackup key list` shows them.");
            }
            String id = matches.isEmpty() ? slot : matches.get(0).id();
            new SlotChanges(opened.repository(), surroundings.clock(), surroundings.random()).remove(id);
            if (report.json()) {
                report.object(Map.of("removed", id));
            }
            report.say(report.paint().tick() + " The slot " + id + " is removed.\n"
                    + "Its holder may still have the keys it held; if it leaked, run pgbackup key rotate.");
        }
        return ExitCodes.DONE;
    }
}
