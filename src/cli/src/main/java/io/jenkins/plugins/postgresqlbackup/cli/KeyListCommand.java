package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import io.jenkins.plugins.postgresqlbackup.engine.keys.SlotKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.SlotChanges;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "list",
        header = "List the key slots of a repository.",
        customSynopsis = "pgbackup key list --repository URL [OPTIONS]",
        description = {
            "",
            "Whose keys open it, and whether the printed recovery key was ever proven. * marks your own.",
            ""
        },
        footer = {"", "Example:", "  pgbackup key list --repository file:/backups"})
final class KeyListCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private RepositoryOptions repository;

    @Mixin
    private OutputOptions output;

    KeyListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        try (OpenRepository opened = repository.open(surroundings, report)) {
            Repository open = opened.repository();
            SlotChanges changes = new SlotChanges(open, surroundings.clock(), surroundings.random());
            List<SlotFacts> slots = new ArrayList<>();
            for (KeySlot slot : open.slots()) {
                slots.add(new SlotFacts(
                        slot,
                        changes.proven(slot),
                        slot.id().equals(open.openedWith().id())));
            }
            if (report.json()) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("repository", open.store().describe());
                object.put("id", open.id());
                object.put("fingerprint", open.fingerprint());
                object.put("slots", slots.stream().map(SlotFacts::object).toList());
                report.object(object);
            } else {
                report.say(text(open, slots, report.paint()));
            }
        }
        return ExitCodes.DONE;
    }

    private static String text(Repository open, List<SlotFacts> slots, Paint paint) throws Exception {
        Columns table = new Columns(
                paint, "", "SLOT", "KIND", "METHOD", "LABEL", "CREATED (UTC)", ">GENERATION", "PROVEN (UTC)");
        slots.forEach(slot -> slot.row(table));
        boolean unproven = slots.stream()
                .anyMatch(slot ->
                        slot.slot().kind() == SlotKind.RECOVERY && slot.proven().isEmpty());
        return paint.dim("public key  ") + open.fingerprint() + "\n\n" + table
                + (unproven
                        ? "\nThe recovery key was never proven: pgbackup key check --key prompt, and type the printed one.\n"
                        : "");
    }
}
