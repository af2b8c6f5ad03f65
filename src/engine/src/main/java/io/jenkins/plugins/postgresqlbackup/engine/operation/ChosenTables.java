package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableName;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TablePatterns;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The tables of a backup that a person means; a partitioned table's name means its partitions. */
final class ChosenTables {
    private ChosenTables() {}

    /** @throws RefusedException if one of the patterns means none */
    static List<Manifest.TableEntry> of(Manifest manifest, SchemaRestore schema, List<String> patterns)
            throws RefusedException {
        TablePatterns wanted = new TablePatterns(patterns);
        Map<Manifest.TableEntry, List<TableName>> names = manifest.tables().stream()
                .collect(Collectors.toMap(
                        table -> table, table -> schema.withPartitionedTables(table.oid(), StoredRows.name(table))));
        List<String> unknown = wanted.matchingNone(
                names.values().stream().flatMap(List::stream).toList());
        if (!unknown.isEmpty()) {
            throw new RefusedException("The backup has no table that " + String.join(", ", unknown)
                    + " means; `pgbackup show " + manifest.id() + "` lists what it has.");
        }
        return manifest.tables().stream()
                .filter(table -> names.get(table).stream().anyMatch(wanted::matches))
                .toList();
    }
}
