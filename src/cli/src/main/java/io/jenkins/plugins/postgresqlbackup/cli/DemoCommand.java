package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secrets;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryCreation;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        header = "See all of it happen: a database backed up, proven, restored and compared.",
        customSynopsis = "pgbackup demo [OPTIONS]",
        description = {
            "",
            "Starts a PostgreSQL server of its own, fills it with a shop of about a million rows, backs it up into an encrypted"
                    + " repository, in full and then what has changed, verifies every row, restores it into a new database and compares the two. Leaves nothing behind.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pgbackup demo",
            "",
            "  # keep the repository and its key, to look around in it",
            "  pgbackup demo --keep /tmp/demo"
        })
final class DemoCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(
            names = "--server",
            paramLabel = "PATH",
            description =
                    "The server programs: a directory with bin/initdb, or zonky's archive of them. Default: an installed server"
                            + " of the same major version as pg_dump.")
    private String server;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Keep the repository and its key in this directory, which must not be there yet.")
    private String keep;

    @Option(
            names = "--serve",
            paramLabel = "DIR",
            hidden = true,
            description =
                    "Only start the server with the shop, make an empty repository in this directory, which must not be there yet,"
                            + " write there how to reach both, and keep all until standard input ends.")
    private String serve;

    @Option(names = "--jobs", paramLabel = "N", description = "How many connections work at once. Default: 2.")
    private Jobs jobs = Jobs.USUAL;

    @Mixin
    private OutputOptions output;

    DemoCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        if (serve != null) {
            return serve();
        }
        Report report = output.report(surroundings);
        Optional<Path> kept = Optional.ofNullable(keep).map(Surroundings::path);
        if (kept.isPresent()) {
            SecretFile.requireAbsent(kept.get());
        }
        report.say(report.paint().bold("A database is backed up, proven, restored and compared.") + "\n\n");
        Steps steps = new Steps(report);
        Demo.Outcome outcome;
        try (Workplace workplace = Workplace.create(kept)) {
            Path programs = programs(workplace);
            try (Repository repository = newRepository(workplace);
                    DemoServer started = steps.step(
                            "Start PostgreSQL",
                            progress -> DemoServer.start(programs, workplace.server()),
                            DemoServer::version)) {
                outcome = new Demo(surroundings, started, repository, steps, jobs).run();
            }
        }
        new DemoReport(outcome, steps.done()).tell(report, kept);
        if (!outcome.proven()) {
            Report.fail(
                    surroundings,
                    "The copy is not what the source is: " + outcome.problems().get(0));
        }
        return outcome.proven() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private int serve() throws IOException, InterruptedException {
        Path directory = Surroundings.path(serve);
        SecretFile.requireAbsent(directory);
        try (Workplace workplace = Workplace.create(Optional.of(directory))) {
            newRepository(workplace).close();
            try (DemoServer started = DemoServer.start(programs(workplace), workplace.server())) {
                new ServedDemo(surroundings, started, workplace).serve();
            }
        }
        return ExitCodes.DONE;
    }

    private Path programs(Workplace workplace) throws IOException {
        if (server == null) {
            return ServerBinaries.installed(ClientPrograms.find(List.of(), 0));
        }
        Path named = Surroundings.path(server);
        if (Files.isRegularFile(named)) {
            ServerBinaries.unpack(named, workplace.programs());
            return workplace.programs();
        }
        return named;
    }

    private Repository newRepository(Workplace workplace) throws IOException {
        String key = Secrets.generateRawKey(surroundings.random());
        if (workplace.keep()) {
            SecretFile.write(workplace.key(), (key + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        try (Secret secret = Secrets.parse(key.getBytes(StandardCharsets.US_ASCII))) {
            return RepositoryCreation.create(
                            ObjectStores.open(workplace.repository().toUri(), true),
                            secret,
                            "demo",
                            surroundings.clock(),
                            surroundings.random())
                    .repository();
        }
    }
}
