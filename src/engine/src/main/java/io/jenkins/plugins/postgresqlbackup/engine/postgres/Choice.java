package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Sorts what there is into what is saved, what is left out and why, and what may not be read. Made anew for each look;
 * not thread-safe.
 */
final class Choice {
    private final Selection selection;
    private final boolean inRecovery;
    private final List<NamePattern> schemas;
    private final List<NamePattern> excludeSchemas;
    private final List<NamePattern> excludeTables;
    private final List<NamePattern> excludeData;

    private final List<Relation> tables = new ArrayList<>();
    private final List<Relation> locks = new ArrayList<>();
    private final List<Relation> sequences = new ArrayList<>();
    private final List<Relation> materializedViews = new ArrayList<>();
    private final List<Relation> unreadable = new ArrayList<>();
    private final List<TableName> excludedToo = new ArrayList<>();
    private final List<LeftOut> leftOut = new ArrayList<>();

    private final Map<Long, Relation> byOid = new HashMap<>();
    private final Set<Long> chosen = new HashSet<>();
    private final Set<TableName> lockedNames = new HashSet<>();

    private Choice(Selection selection, boolean inRecovery) {
        this.selection = selection;
        this.inRecovery = inRecovery;
        this.schemas = selection.schemas().stream().map(NamePattern::ofSchema).toList();
        this.excludeSchemas =
                selection.excludeSchemas().stream().map(NamePattern::ofSchema).toList();
        this.excludeTables =
                selection.excludeTables().stream().map(NamePattern::ofTable).toList();
        this.excludeData =
                selection.excludeData().stream().map(NamePattern::ofTable).toList();
    }

    /**
     * @throws DatabaseException when a pattern for schemas to save matches none
     */
    static Choice of(Selection selection, boolean inRecovery, List<String> schemas, List<Relation> relations)
            throws DatabaseException {
        Choice choice = new Choice(selection, inRecovery);
        choice.refusePatternsWithoutMatch(schemas);
        relations.forEach(relation -> choice.byOid.put(relation.oid(), relation));
        choice.leaveOutSchemas(schemas, relations);
        // A sequence may follow its table, so tables come first.
        relations.stream().filter(relation -> relation.kind() != 'S').forEach(choice::sort);
        relations.stream().filter(relation -> relation.kind() == 'S').forEach(choice::sort);
        return choice;
    }

    private void refusePatternsWithoutMatch(List<String> there) throws DatabaseException {
        for (NamePattern pattern : schemas) {
            if (there.stream().noneMatch(pattern::matches)) {
                throw new DatabaseException(
                        "No schema matches --schema=" + pattern + "; there are: " + String.join(", ", there) + ".");
            }
        }
    }

    private void leaveOutSchemas(List<String> there, List<Relation> relations) {
        Map<String, Integer> counts = new TreeMap<>();
        relations.stream()
                .filter(Relation::table)
                .forEach(table -> counts.merge(table.name().schema(), 1, Integer::sum));
        for (String schema : there) {
            whySchemaIsLeftOut(schema).ifPresent(why -> {
                int count = counts.getOrDefault(schema, 0);
                String size = count == 0 ? "" : count == 1 ? " (1 table)" : " (" + count + " tables)";
                leftOut.add(new LeftOut("schema " + schema + size, why));
            });
            if (selection.preset().isPresent() && whySchemaIsLeftOut(schema).isEmpty()) {
                SupabasePlatform.partlyLeftOut(schema).ifPresent(leftOut::add);
            }
        }
        if (!schemas.isEmpty()) {
            leftOut.add(new LeftOut(
                    "what lies outside schemas (extensions, publications, event triggers, large objects and the like)",
                    "only the schemas of --schema are saved"));
        }
    }

    private Optional<String> whySchemaIsLeftOut(String schema) {
        if (!schemas.isEmpty() && schemas.stream().noneMatch(pattern -> pattern.matches(schema))) {
            return Optional.of("not among the schemas of --schema");
        }
        Optional<String> excluded = excludeSchemas.stream()
                .filter(pattern -> pattern.matches(schema))
                .findFirst()
                .map(pattern -> "--exclude-schema=" + pattern);
        return excluded.isPresent() ? excluded : selection.preset().flatMap(p -> SupabasePlatform.leftOut(schema));
    }

    private void sort(Relation relation) {
        TableName name = relation.name();
        if (name.schema().startsWith("pg_temp_")) {
            if (relation.table()) {
                leftOut.add(new LeftOut("temporary table " + name, "only the session that made it can read it"));
            }
            return;
        }
        // A sequence goes where its table goes, as pg_dump has it.
        boolean followsTable = relation.ownerTable() != 0 && chosen.contains(relation.ownerTable());
        if (!followsTable
                && (relation.identity() || whySchemaIsLeftOut(name.schema()).isPresent())) {
            return;
        }
        Optional<String> excluded = match(excludeTables, relation).map(pattern -> "--exclude-table=" + pattern);
        if (excluded.isPresent() && !followsTable) {
            leftOut.add(new LeftOut(relation.described(), excluded.get()));
            if (excludeTables.stream().noneMatch(pattern -> pattern.matches(name.schema(), name.name()))) {
                excludedToo.add(name);
            }
            return;
        }
        if (relation.extension().isPresent() && !relation.configured()) {
            if (relation.kind() != 'v') {
                leftOut.add(new LeftOut(
                        relation.described(),
                        "made by the extension " + relation.extension().get() + ", which fills it anew"));
            }
            return;
        }
        choose(relation);
    }

    private void choose(Relation relation) {
        if (platformOwns(relation) && !SupabasePlatform.keepsRows(relation.name())) {
            choosePlatforms(relation);
            return;
        }
        chosen.add(relation.oid());
        switch (relation.kind()) {
            case 'r' -> chooseTable(relation);
            case 'p' -> lock(relation);
            case 'f' ->
                leftOut.add(new LeftOut(
                        "rows of foreign table " + relation.name(), "they lie on another server; save them there"));
            case 'S' -> chooseSequence(relation);
            case 'm' -> materializedViews.add(relation);
            default -> {
                // A view has no state of its own.
            }
        }
    }

    private boolean platformOwns(Relation relation) {
        return selection.preset().isPresent()
                && SupabasePlatform.owns(relation.name().schema());
    }

    /** Only its definition is wanted, and that not at any price. Of partitions the platform makes new ones each day. */
    private void choosePlatforms(Relation relation) {
        if (relation.table() && SupabasePlatform.history(relation.name())) {
            leftOut.add(new LeftOut(
                    "rows of table " + relation.name(),
                    "Supabase's record of its own updates; each project has its own"));
        }
        boolean defined = relation.usable() && relation.selectable() && !relation.partition();
        if (relation.lockable() && defined) {
            lock(relation);
        } else if (relation.lockable()) {
            excludedToo.add(relation.name());
        }
    }

    private void chooseTable(Relation table) {
        Optional<String> why = whyRowsAreLeftOut(table);
        lock(table);
        if (why.isPresent()) {
            leftOut.add(new LeftOut("rows of table " + table.name(), why.get()));
            return;
        }
        if (table.filtered() && table.usable() && table.selectable()) {
            unreadable.add(table);
        }
        tables.add(table);
    }

    private Optional<String> whyRowsAreLeftOut(Relation table) {
        if (inRecovery && table.persistence() == 'u') {
            return Optional.of("an unlogged table is empty on a standby; save the primary to have them");
        }
        return match(excludeData, table).map(pattern -> "--exclude-data=" + pattern);
    }

    private void lock(Relation relation) {
        if (relation.usable() && relation.selectable()) {
            locks.add(relation);
            lockedNames.add(relation.name());
        } else {
            unreadable.add(relation);
        }
    }

    private void chooseSequence(Relation sequence) {
        if (inRecovery && sequence.persistence() == 'u') {
            leftOut.add(
                    new LeftOut("value of sequence " + sequence.name(), "an unlogged sequence has none on a standby"));
        } else if (sequence.usable() && sequence.selectable()) {
            sequences.add(sequence);
        } else {
            unreadable.add(sequence);
        }
    }

    /** The first pattern that the relation or a partitioned table above it matches. */
    private Optional<NamePattern> match(List<NamePattern> patterns, Relation relation) {
        for (NamePattern pattern : patterns) {
            if (pattern.matches(relation.name().schema(), relation.name().name())) {
                return Optional.of(pattern);
            }
            for (long oid : relation.ancestors()) {
                Relation ancestor = byOid.get(oid);
                if (ancestor != null
                        && pattern.matches(
                                ancestor.name().schema(), ancestor.name().name())) {
                    return Optional.of(pattern);
                }
            }
        }
        return Optional.empty();
    }

    /** With rows to save. */
    List<Relation> tables() {
        return tables;
    }

    /** To be locked before the snapshot: the tables, those whose rows are left out, and partitioned ones. */
    List<Relation> locks() {
        return locks;
    }

    List<Relation> sequences() {
        return sequences;
    }

    List<Relation> materializedViews() {
        return materializedViews;
    }

    /** Wanted, but the role lacks a right. */
    List<Relation> unreadable() {
        return unreadable;
    }

    /** What no pattern names and the schema archive must not have all the same: pg_dump must be told of each. */
    List<TableName> excludedToo() {
        return excludedToo;
    }

    List<LeftOut> leftOut() {
        return leftOut;
    }

    /** What kind of table this is; only for {@link #tables}. */
    TableKind kind(Relation table) {
        if (platformOwns(table)) {
            return TableKind.PLATFORM;
        }
        if (table.configured()) {
            return TableKind.EXTENSION_CONFIGURATION;
        }
        return table.partition() ? TableKind.PARTITION : TableKind.ORDINARY;
    }

    /** The root to load through, where that is needed and the root is saved too. */
    Optional<TableName> loadThrough(Relation table) {
        return table.loadThrough().filter(lockedNames::contains);
    }
}
