package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A schema archive's table of contents, divided into the passes in which it is restored.
 *
 * <p>The passes are pg_restore's own: definitions; after the rows, what is built on them; then grants, so that no
 * grant or revoke stands in the way of what comes before; last the event triggers, which would else fire for
 * everything before (materialised views are refreshed before them).
 */
final class TableOfContents {
    /** What the archive says about itself, restored by {@link TargetDatabase} under whatever name the target has. */
    private static final Set<String> NEVER_LISTED =
            Set.of("ENCODING", "STDSTRINGS", "SEARCHPATH", "DATABASE", "DATABASE PROPERTIES");

    /**
     * Entries restored by one pg_restore.
     *
     * @param atOnce whether it may restore several of them at once
     */
    record Stage(List<TocEntry> entries, boolean atOnce) {
        private boolean hasEntries() {
            return !entries.isEmpty();
        }
    }

    private final Map<Integer, TocEntry> entries;
    private final Set<Integer> preData;

    private TableOfContents(Map<Integer, TocEntry> entries, Set<Integer> preData) {
        this.entries = entries;
        this.preData = preData;
    }

    /**
     * @param verboseListing all entries with their dependencies
     * @param preDataListing the entries of the section pre-data
     */
    static TableOfContents parse(Stream<String> verboseListing, Stream<String> preDataListing) {
        Map<Integer, TocEntry> entries = new LinkedHashMap<>();
        String[] pending = new String[1];
        verboseListing.forEach(line -> {
            if (line.startsWith(";\tdepends on:")) {
                List<Integer> dependsOn = Arrays.stream(
                                line.substring(line.indexOf(':') + 1).trim().split(" "))
                        .map(Integer::valueOf)
                        .toList();
                TocEntry.parse(pending[0], dependsOn).ifPresent(entry -> entries.put(entry.id(), entry));
            } else {
                pending[0] = line;
                TocEntry.parse(line, List.of()).ifPresent(entry -> entries.put(entry.id(), entry));
            }
        });
        Set<Integer> preData = new HashSet<>();
        preDataListing
                .map(line -> TocEntry.parse(line, List.of()))
                .flatMap(Optional::stream)
                .forEach(entry -> preData.add(entry.id()));
        entries.values()
                .removeIf(entry -> NEVER_LISTED.contains(entry.kind())
                        || entry.is("ACL", "COMMENT", "SECURITY LABEL")
                                && entry.names().startsWith("- DATABASE "));
        return new TableOfContents(entries, preData);
    }

    /** All entries in the archive's order. */
    List<TocEntry> entries() {
        return List.copyOf(entries.values());
    }

    Optional<TocEntry> entry(int id) {
        return Optional.ofNullable(entries.get(id));
    }

    /** The partitioned table that a table is a partition of. */
    Optional<TocEntry> partitioned(TocEntry table) {
        return entries.values().stream()
                .filter(entry -> entry.is("TABLE ATTACH") && entry.dependsOn().indexOf(table.id()) == 0)
                .flatMap(entry -> entry.dependsOn().stream().skip(1))
                .flatMap(id -> entry(id).stream())
                .filter(entry -> entry.is("TABLE"))
                .findFirst();
    }

    /** A table's name, and that of each partitioned table above it. */
    List<TableName> withPartitionedTables(long oid, TableName name) {
        List<TableName> names = new ArrayList<>(List.of(name));
        Optional<TocEntry> table = entries.values().stream()
                .filter(entry -> entry.is("TABLE") && entry.oid() == oid)
                .findFirst();
        TableName last = name;
        while (table.isPresent()) {
            Optional<TocEntry> above = partitioned(table.get());
            if (above.isPresent()) {
                last = above.get().nameLike(table.get(), last);
                names.add(last);
            }
            table = above;
        }
        return names;
    }

    /** The same archive without the entries that are not wanted. */
    TableOfContents only(Predicate<TocEntry> wanted) {
        Map<Integer, TocEntry> kept = new LinkedHashMap<>(entries);
        kept.values().removeIf(wanted.negate());
        return new TableOfContents(kept, preData);
    }

    /** The entries of one pass in the archive's order. */
    List<TocEntry> in(Pass pass) {
        List<TocEntry> found = new ArrayList<>();
        for (TocEntry entry : entries.values()) {
            if (passOf(entry) == pass) {
                found.add(entry);
            }
        }
        return found;
    }

    /**
     * A pass's entries in pieces that are restored one after the other; none that has nothing.
     *
     * <p>Indexes are attached to those of partitioned tables one by one, after all are built: the attachment that
     * completes an index goes on to lock the one above it, so two of them wait for each other where partitioned tables
     * are partitioned again, and pg_restore does not know it.
     */
    List<Stage> stages(Pass pass) {
        if (pass != Pass.POST_DATA) {
            return Stream.of(new Stage(in(pass), false))
                    .filter(Stage::hasEntries)
                    .toList();
        }
        List<TocEntry> before = new ArrayList<>();
        List<TocEntry> attachments = new ArrayList<>();
        List<TocEntry> after = new ArrayList<>();
        Set<Integer> needAttachments = new HashSet<>();
        for (TocEntry entry : in(pass)) {
            if (entry.is("INDEX ATTACH")) {
                needAttachments.add(entry.id());
                attachments.add(entry);
            } else if (entry.dependsOn().stream().anyMatch(needAttachments::contains)) {
                needAttachments.add(entry.id());
                after.add(entry);
            } else {
                before.add(entry);
            }
        }
        return Stream.of(new Stage(before, true), new Stage(attachments, false), new Stage(after, true))
                .filter(Stage::hasEntries)
                .toList();
    }

    private Pass passOf(TocEntry entry) {
        if (entry.is("ACL", "DEFAULT ACL")) {
            return Pass.GRANTS;
        }
        if (entry.is("EVENT TRIGGER")
                || entry.is("COMMENT", "SECURITY LABEL") && entry.names().startsWith("- EVENT TRIGGER ")) {
            return Pass.EVENT_TRIGGERS;
        }
        return preData.contains(entry.id()) ? Pass.PRE_DATA : Pass.POST_DATA;
    }
}
