package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The part of a schema archive that creates some tables and what is theirs (indexes, constraints, triggers, policies,
 * defaults, sequences, comments, grants) in a database that has other things already. Functions and types that they
 * use must be there.
 */
public final class TableSubset {
    /** What belongs to the one table that it depends on. */
    private static final Set<String> OWN = Set.of("INDEX", "SEQUENCE", "STATISTICS");

    /** What is named after the table it belongs to, and may depend on others. */
    private static final Set<String> NAMED =
            Set.of("CHECK CONSTRAINT", "CONSTRAINT", "DEFAULT", "POLICY", "ROW SECURITY", "RULE", "TRIGGER");

    private final TableOfContents all;
    private final Map<Long, TocEntry> tables;
    private final Set<TableName> there;
    private final Set<Integer> chosen = new HashSet<>();
    private final List<String> leftOut = new ArrayList<>();

    private TableSubset(TableOfContents all, Set<TableName> there) {
        this.all = all;
        this.there = there;
        this.tables = all.entries().stream()
                .filter(entry -> entry.is("TABLE"))
                .collect(Collectors.toMap(TocEntry::oid, Function.identity()));
    }

    /**
     * Narrows a restore to these tables.
     *
     * @param wanted by their oids in the source, with their names
     * @param there the tables and sequences that the target has
     * @param schemas the schemas that the target has
     * @return what of the tables cannot be restored, because it needs something that is not there
     */
    public static List<String> narrow(
            SchemaRestore restore, Map<Long, TableName> wanted, Set<TableName> there, Set<String> schemas) {
        TableSubset subset = new TableSubset(restore.contents(), there);
        subset.choose(wanted, schemas);
        restore.narrow(restore.contents().only(entry -> subset.chosen.contains(entry.id())));
        return List.copyOf(subset.leftOut);
    }

    private void choose(Map<Long, TableName> wanted, Set<String> schemas) {
        for (Long oid : wanted.keySet()) {
            for (Optional<TocEntry> table = Optional.ofNullable(tables.get(oid));
                    table.isPresent() && !isThere(table.get());
                    table = all.partitioned(table.get())) {
                chosen.add(table.get().id());
            }
        }
        Set<Integer> heads = Set.copyOf(chosen);
        Set<String> missing = wanted.values().stream().map(TableName::schema).collect(Collectors.toSet());
        missing.removeAll(schemas);
        for (TocEntry entry : all.entries()) {
            if (entry.is("SCHEMA") && missing.stream().anyMatch(entry::tagged)) {
                chosen.add(entry.id());
            } else if (entry.dependsOn().stream().anyMatch(heads::contains)) {
                choosePart(entry, heads);
            }
        }
        chooseIndexAttachments();
        for (TocEntry entry : all.entries()) {
            boolean about = entry.is("COMMENT", "ACL", "SECURITY LABEL")
                    || entry.is("SEQUENCE OWNED BY") && ownerIsChosen(entry, heads);
            if (about && entry.dependsOn().stream().limit(1).anyMatch(chosen::contains)) {
                chosen.add(entry.id());
            }
        }
    }

    /** A sequence that a default uses may be owned by a column of another table. */
    private boolean ownerIsChosen(TocEntry ownedBy, Set<Integer> heads) {
        return ownedBy.dependsOn().stream()
                .flatMap(id -> all.entry(id).stream())
                .anyMatch(sequence -> sequence.dependsOn().stream().anyMatch(heads::contains));
    }

    private void choosePart(TocEntry entry, Set<Integer> heads) {
        if (OWN.contains(entry.kind()) || NAMED.contains(entry.kind()) && isOf(entry, heads)) {
            chosen.add(entry.id());
            if (entry.is("DEFAULT")) {
                entry.dependsOn().stream()
                        .flatMap(id -> all.entry(id).stream())
                        .filter(sequence -> sequence.is("SEQUENCE") && !isThere(sequence))
                        .forEach(sequence -> chosen.add(sequence.id()));
            }
        } else if (entry.is("TABLE ATTACH") && heads.contains(entry.dependsOn().get(0))) {
            chosen.add(entry.id());
        } else if (entry.is("FK CONSTRAINT") && isOf(entry, heads)) {
            if (entry.dependsOn().stream().allMatch(id -> isAvailable(id, heads))) {
                chosen.add(entry.id());
            } else {
                leftOut.add(entry + ": the table that it refers to is not there");
            }
        } else if (entry.is("PUBLICATION TABLE")) {
            leftOut.add(entry + ": publications stay as they are");
        }
    }

    /**
     * A partition's index is attached to that of its parent. If the parent was there before, attaching the partition
     * has made the index already.
     */
    private void chooseIndexAttachments() {
        for (TocEntry entry : all.entries()) {
            if (entry.is("INDEX ATTACH") && chosen.contains(entry.dependsOn().get(0))) {
                if (chosen.containsAll(entry.dependsOn())) {
                    chosen.add(entry.id());
                } else {
                    chosen.remove(entry.dependsOn().get(0));
                }
            }
        }
    }

    /** Whether it belongs to one of these tables; to others it may be tied all the same. */
    private boolean isOf(TocEntry entry, Set<Integer> heads) {
        return entry.dependsOn().stream()
                .filter(heads::contains)
                .flatMap(id -> all.entry(id).stream())
                .anyMatch(table -> isNamedAfter(entry.names(), table.names()));
    }

    /** {@code schema table name owner} after {@code schema table owner}; there may be blanks in each of them. */
    static boolean isNamedAfter(String part, String table) {
        for (int blank = table.indexOf(' '); blank >= 0; blank = table.indexOf(' ', blank + 1)) {
            if (part.startsWith(table.substring(0, blank + 1)) && part.endsWith(table.substring(blank))) {
                return true;
            }
        }
        return false;
    }

    private boolean isAvailable(int id, Set<Integer> heads) {
        return heads.contains(id)
                || all.entry(id)
                        .filter(entry -> entry.is("TABLE"))
                        .map(this::isThere)
                        .orElse(true);
    }

    private boolean isThere(TocEntry entry) {
        return there.stream().anyMatch(name -> entry.tagged(name.schema(), name.name()));
    }
}
