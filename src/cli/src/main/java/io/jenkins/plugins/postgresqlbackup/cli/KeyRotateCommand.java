package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Holder;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.keys.SlotKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.SlotChanges;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "rotate",
        header = "Seal new backups to new keys, after a leak or on a schedule.",
        customSynopsis = "pgbackup key rotate --repository URL [OPTIONS]",
        description = {
            "",
            "Makes a new generation of the repository's keys, a slot for you and a new recovery key, and removes all other slots:"
                    + " add their holders again. Nothing stored is rewritten; whoever had the old keys can still read the old backups,"
                    + " and none of the new ones.",
            ""
        },
        footer = {
            "",
            "Example, after a key leaked:",
            "  pgbackup key generate --out new.key",
            "  pgbackup key rotate --repository file:/backups \\",
            "      --key file:old.key --new-key file:new.key"
        })
final class KeyRotateCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(
            names = "--new-key",
            paramLabel = "SOURCE",
            description = "The key that shall open the repository from now on. Default: the one that opened it.")
    private KeySource newKey;

    @Mixin
    private RepositoryOptions repository;

    @Mixin
    private RecoveryOptions recovery;

    @Mixin
    private OutputOptions output;

    KeyRotateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        recovery.check();
        try (Secret current = repository.secret(surroundings, report::warn);
                OpenRepository opened = repository.open(current, surroundings, report)) {
            if (newKey == null && opened.repository().openedWith().kind() == SlotKind.RECOVERY) {
                throw new UsageException(
                        "Name the key that shall open the repository from now on with --new-key; the recovery key goes with the"
                                + " old ones.");
            }
            if (newKey == null) {
                rotate(opened, current, report);
            } else {
                try (Secret next = newKey.newSecret(surroundings, report::warn)) {
                    rotate(opened, next, report);
                }
            }
        }
        return ExitCodes.DONE;
    }

    private void rotate(OpenRepository opened, Secret next, Report report) throws Exception {
        Repository old = opened.repository();
        String recoveryKey = new SlotChanges(old, surroundings.clock(), surroundings.random())
                .rotate(Holder.of(next), old.openedWith().label());
        boolean inResult = report.json() && !recovery.toFile();
        if (!inResult) {
            recovery.hand(recoveryKey, repository.location(surroundings), report);
        }
        try (Repository renewed = Repository.open(repository.store(surroundings, false), next)) {
            opened.witness().trust(renewed);
            if (report.json()) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("generation", renewed.keys().newest());
                object.put("fingerprint", renewed.fingerprint());
                if (inResult) {
                    object.put("recoveryKey", recoveryKey);
                }
                report.object(object);
            }
            report.say(report.paint().tick() + " New backups are sealed to key generation "
                    + renewed.keys().newest()
                    + ".\nAll other slots are gone: add their holders again with pgbackup key add, and run"
                    + " pgbackup key trust where the repository is used from.\n");
        }
    }
}
