package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** What a restore would send to each table, without a server to send it to: for tests that compare often. */
public final class BackupRows {
    private BackupRows() {}

    /** The rows as COPY text, each byte one character, by the beginning of a COPY statement as pg_dump writes it. */
    public static Map<String, String> read(Repository repository, Manifest manifest)
            throws IOException, InterruptedException {
        RangeRows rows = new RangeRows(repository, manifest);
        Map<String, String> texts = new TreeMap<>();
        for (Manifest.TableEntry table : manifest.tables()) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            for (Manifest.Range range : table.ranges()) {
                if (!rows.read(table, range, text::write).equals(Digests.parse(range.digest()))) {
                    throw new AssertionError("The rows of " + RangeRows.name(table, range) + " in " + manifest.id()
                            + " are not those that its manifest says.");
                }
            }
            Manifest.TableName name = table.loadVia() == null ? table.tableName() : table.loadVia();
            String columns = String.join(
                    ", ", table.columns().stream().map(Manifest.Column::name).toList());
            texts.merge(
                    "COPY " + name + " (" + columns + ")", text.toString(StandardCharsets.ISO_8859_1), String::concat);
        }
        return texts;
    }
}
