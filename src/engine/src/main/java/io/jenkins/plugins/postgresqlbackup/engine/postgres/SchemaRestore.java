package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Brings back the definitions of a schema archive with pg_restore, pass by pass.
 *
 * <p>pg_restore goes on after an error; here none is forgotten: each is either tolerated by a named rule or is one of
 * {@link Outcome#errors}. An interrupted thread ends pg_restore, which cancels what it has running on the server.
 * Confined to one thread.
 */
public final class SchemaRestore implements AutoCloseable {
    /** The passes, in their order; the rows come after the first, sequences and large objects with them. */
    public enum Pass {
        /** Schemas, types, functions, tables without indexes. */
        PRE_DATA,
        /** Indexes, constraints, triggers, rules, policies, publications. */
        POST_DATA,
        /** Grants and default privileges; after all else so that none of them stands in its way. */
        GRANTS,
        /** Last, because they fire for everything before; materialised views are refreshed before them. */
        EVENT_TRIGGERS
    }

    /**
     * What became of a pass.
     *
     * @param errors what stayed undone and must not
     * @param tolerated what stayed undone and may
     */
    public record Outcome(List<SchemaError> errors, List<ToleranceRule.Tolerated> tolerated) {
        public Outcome {
            errors = List.copyOf(errors);
            tolerated = List.copyOf(tolerated);
        }

        private Outcome and(Outcome next) {
            List<SchemaError> allErrors = new ArrayList<>(errors);
            allErrors.addAll(next.errors);
            List<ToleranceRule.Tolerated> allTolerated = new ArrayList<>(tolerated);
            allTolerated.addAll(next.tolerated);
            return new Outcome(allErrors, allTolerated);
        }
    }

    /**
     * How to restore.
     *
     * @param owners whether objects get their owners back; else all belong to the role that restores
     * @param privileges whether grants come back
     * @param tablespaces whether objects go to the tablespaces they were in; else to the database's own
     * @param jobs how many indexes and constraints are built at once, at least 1
     * @param rules which errors are tolerated
     */
    public record Settings(
            boolean owners, boolean privileges, boolean tablespaces, int jobs, List<ToleranceRule> rules) {
        public Settings {
            rules = List.copyOf(rules);
        }
    }

    private static final Pattern ERRORS_IGNORED = Pattern.compile("errors ignored on restore: (\\d+)");
    private static final String SESSION =
            "-c synchronous_commit=off -c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0";

    private final ClientPrograms programs;
    private final SchemaArchive archive;
    private TableOfContents contents;

    private SchemaRestore(ClientPrograms programs, SchemaArchive archive) {
        this.programs = programs;
        this.archive = archive;
    }

    /** Takes over what the stream holds; the stream is read to its end and not closed. */
    public static SchemaRestore open(ClientPrograms programs, InputStream schemaArchive)
            throws IOException, InterruptedException {
        SchemaRestore restore = new SchemaRestore(programs, SchemaArchive.store(schemaArchive));
        try {
            restore.contents = restore.readContents();
            return restore;
        } catch (IOException | InterruptedException | RuntimeException e) {
            try {
                restore.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private TableOfContents readContents() throws IOException, InterruptedException {
        String file = archive.path().toString();
        String restore = programs.pgRestore().toString();
        ClientProcess.Result all =
                ClientProcess.run(List.of(restore, "--list", "--verbose", file), Optional.empty(), "");
        ClientProcess.Result preData =
                ClientProcess.run(List.of(restore, "--list", "--section=pre-data", file), Optional.empty(), "");
        for (ClientProcess.Result result : List.of(all, preData)) {
            if (result.exitCode() != 0) {
                throw new DatabaseException("pg_restore " + programs.version() + " cannot read the schema archive: "
                        + String.join(" ", result.errorLines()) + "; a newer pg_restore may.");
            }
        }
        return TableOfContents.parse(all.outputLines().stream(), preData.outputLines().stream());
    }

    TableOfContents contents() {
        return contents;
    }

    /** From now on restores only what is in these contents. */
    void narrow(TableOfContents narrowed) {
        contents = narrowed;
    }

    /** The names of the extensions that the archive creates. */
    public Set<String> extensions() {
        return contents.entries().stream()
                .filter(entry -> entry.is("EXTENSION"))
                .map(entry -> entry.names().substring("- ".length()).strip())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * A table's name, and that of each partitioned table above it.
     *
     * @param oid the table's in the source
     */
    public List<TableName> withPartitionedTables(long oid, TableName name) {
        return contents.withPartitionedTables(oid, name);
    }

    /** How many entries a pass has. */
    public int size(Pass pass) {
        return contents.in(pass).size();
    }

    /**
     * Restores one pass into the database.
     *
     * @throws DatabaseException if pg_restore could not do its work at all
     */
    public Outcome run(Pass pass, Database target, Settings settings) throws IOException, InterruptedException {
        Outcome outcome = new Outcome(List.of(), List.of());
        if (pass == Pass.GRANTS && !settings.privileges()) {
            return outcome;
        }
        for (TableOfContents.Stage stage : contents.stages(pass)) {
            try (ClientEnvironment environment = target.clientEnvironment()) {
                List<String> command = command(stage, environment, settings);
                ClientProcess.Result result = ClientProcess.run(command, Optional.of(environment), SESSION);
                if (result.exitCode() != 0 && refusesOptions(result)) {
                    result = ClientProcess.run(command, Optional.of(environment), "");
                }
                outcome = outcome.and(judge(result, settings.rules()));
            }
        }
        return outcome;
    }

    /**
     * Writes one pass as SQL for psql, in the encoding of the source; nothing if it has no entries.
     *
     * @param settings of which owners and grants count; tablespaces are left out
     */
    public void write(Pass pass, Settings settings, OutputStream sql) throws IOException, InterruptedException {
        List<TocEntry> entries = contents.in(pass);
        if (entries.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of(
                programs.pgRestore().toString(),
                "--file=-",
                "--use-list=" + archive.list(entries),
                "--no-tablespaces"));
        if (!settings.owners()) {
            command.add("--no-owner");
        }
        if (!settings.privileges()) {
            command.add("--no-privileges");
        }
        command.add(archive.path().toString());
        ClientProcess.Result result = ClientProcess.run(command, text -> SchemaScript.copy(text, sql));
        if (result.exitCode() != 0) {
            throw new DatabaseException("pg_restore " + programs.version() + " ended with exit code "
                    + result.exitCode() + ": " + String.join(" ", result.errorLines()) + ".");
        }
    }

    /** Whether the archive creates that sequence. */
    public boolean creates(SequenceValue sequence) {
        return contents.entries().stream()
                .anyMatch(entry -> entry.is("SEQUENCE") && entry.tagged(sequence.schema(), sequence.name()));
    }

    private List<String> command(TableOfContents.Stage stage, ClientEnvironment environment, Settings settings)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                programs.pgRestore().toString(),
                "--no-password",
                "--dbname=" + environment.connectionString(),
                "--use-list=" + archive.list(stage.entries())));
        if (stage.atOnce() && settings.jobs() > 1) {
            command.add("--jobs=" + settings.jobs());
        }
        if (!settings.owners()) {
            command.add("--no-owner");
        }
        if (!settings.privileges()) {
            command.add("--no-privileges");
        }
        if (!settings.tablespaces()) {
            command.add("--no-tablespaces");
        }
        command.add(archive.path().toString());
        return command;
    }

    private static boolean refusesOptions(ClientProcess.Result result) {
        return result.errorLines().stream().anyMatch(line -> line.contains("startup parameter"));
    }

    static Outcome judge(ClientProcess.Result result, List<ToleranceRule> rules) throws DatabaseException {
        List<SchemaError> errors = new ArrayList<>();
        List<ToleranceRule.Tolerated> tolerated = new ArrayList<>();
        for (SchemaError error : SchemaError.parse(result.errorLines())) {
            Optional<ToleranceRule> rule =
                    rules.stream().filter(r -> r.covers(error)).findFirst();
            rule.ifPresentOrElse(r -> tolerated.add(new ToleranceRule.Tolerated(r, error)), () -> errors.add(error));
        }
        int told = errors.size() + tolerated.size();
        if (result.exitCode() != 0 && told == 0) {
            throw new DatabaseException("pg_restore ended with exit code " + result.exitCode() + ": "
                    + String.join(" ", result.errorLines()) + ".");
        }
        // Workers write at once: a line that another cut in two is an error all the same.
        if (told < counted(result.errorLines())) {
            errors.add(new SchemaError(
                    "pg_restore counts " + counted(result.errorLines()) + " errors, of which only " + told
                            + " could be read",
                    ""));
        }
        return new Outcome(errors, tolerated);
    }

    private static int counted(List<String> lines) {
        return lines.stream()
                .map(ERRORS_IGNORED::matcher)
                .filter(Matcher::find)
                .mapToInt(matcher -> Integer.parseInt(matcher.group(1)))
                .sum();
    }

    /** Removes the schema archive's file. */
    @Override
    public void close() throws IOException {
        archive.close();
    }
}
