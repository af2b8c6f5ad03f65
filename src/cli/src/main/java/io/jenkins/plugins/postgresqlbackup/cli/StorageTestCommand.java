package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoreTrial;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "test",
        header = "Write, read, list and delete one tiny object.",
        customSynopsis = "pgbackup storage test --repository URL [OPTIONS]",
        description = {
            "",
            "Tells before the first backup what a backup would stumble over: a wrong bucket or region, credentials that are wrong"
                    + " or may not do everything. What it writes it deletes again. A directory must be there; init makes one.",
            ""
        },
        footer = {"", "Example:", "  pgbackup storage test --repository s3://bucket/prefix"})
final class StorageTestCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private LocationOptions repository;

    @Mixin
    private OutputOptions output;

    StorageTestCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        try (ObjectStore store = repository.store(surroundings, false)) {
            StoreTrial.Findings findings = StoreTrial.of(store);
            findings.warnings().forEach(report::warn);
            if (report.json()) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("repository", store.describe());
                object.put("problems", findings.problems());
                object.put("warnings", findings.warnings());
                report.object(object);
            }
            findings.requireUsable();
            report.say(report.paint().tick() + " " + store.describe() + " can keep backups.");
        }
        return ExitCodes.DONE;
    }
}
