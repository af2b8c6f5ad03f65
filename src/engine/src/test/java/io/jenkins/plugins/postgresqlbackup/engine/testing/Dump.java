package io.jenkins.plugins.postgresqlbackup.engine.testing;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What pg_dump says of one database, in one snapshot, split so that each part can be compared in its own way. */
final class Dump implements AutoCloseable {
    private final Database database;
    private final ClientPrograms programs;
    private final Path archive;

    private Dump(Database database, ClientPrograms programs, Path archive) {
        this.database = database;
        this.programs = programs;
        this.archive = archive;
    }

    static Dump take(Database database, ClientPrograms programs, List<String> options)
            throws IOException, InterruptedException {
        Path archive = Files.createTempFile("comparison-", ".dump");
        List<String> arguments = new ArrayList<>(List.of("-Fc", "-Z0", "-f", archive.toString()));
        arguments.addAll(options);
        ClientRun.output(database, programs, "pg_dump", arguments);
        return new Dump(database, programs, archive);
    }

    /** The definitions, {@code "pre-data"} or {@code "post-data"}, from the first object on. */
    List<String> definitions(String section) throws IOException, InterruptedException {
        byte[] script = ClientRun.output(database, programs, "pg_restore", arguments(section));
        List<String> lines = new String(script, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.startsWith("\\unrestrict "))
                .toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("-- Name: ")) {
                return lines.subList(i - 1, lines.size());
            }
        }
        return List.of();
    }

    /** Rows, sequences and large objects. */
    DumpedRows rows() throws IOException, InterruptedException {
        return ClientRun.run(database, programs, "pg_restore", arguments("data"), "", DumpedRows::read);
    }

    /** How often each row of some tables is there, by its hash. */
    Map<String, Map<DumpedRows.Hash, Integer>> counted(Set<String> statements)
            throws IOException, InterruptedException {
        Map<String, Map<DumpedRows.Hash, Integer>> counts = new HashMap<>();
        visit(
                statements,
                (statement, row, hash) ->
                        counts.computeIfAbsent(statement, s -> new HashMap<>()).merge(hash, 1, Integer::sum));
        return counts;
    }

    void visit(Set<String> statements, DumpedRows.RowVisitor visitor) throws IOException, InterruptedException {
        ClientRun.run(database, programs, "pg_restore", arguments("data"), "", output -> {
            return DumpedRows.visit(output, statement -> {}, (statement, row, hash) -> {
                if (statements.contains(statement)) {
                    visitor.row(statement, row, hash);
                }
            });
        });
    }

    private List<String> arguments(String section) {
        return List.of("-f", "-", "--section=" + section, archive.toString());
    }

    @Override
    public void close() throws IOException {
        Files.delete(archive);
    }
}
