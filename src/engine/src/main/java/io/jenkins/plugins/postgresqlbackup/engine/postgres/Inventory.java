package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;

/**
 * What of a database is saved besides its schema, and what is not.
 *
 * @param tables the tables with rows to save, largest first
 * @param sequences the sequences to save, by schema and name
 * @param materializedViews in an order in which they can be refreshed: each after those it reads
 * @param largeObjects whether large objects are saved
 * @param leftOut what is there but is not saved, and why
 */
public record Inventory(
        List<Table> tables,
        List<Sequence> sequences,
        List<MaterializedView> materializedViews,
        boolean largeObjects,
        List<LeftOut> leftOut) {
    public Inventory {
        tables = List.copyOf(tables);
        sequences = List.copyOf(sequences);
        materializedViews = List.copyOf(materializedViews);
        leftOut = List.copyOf(leftOut);
    }
}
