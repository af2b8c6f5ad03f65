package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a restore has brought about so far: what it says when it fails. Thread-safe. */
final class Standing {
    private static final int NAMED = 20;

    private final Map<String, Boolean> steps = new LinkedHashMap<>();
    private final Map<Manifest.TableName, Rows> tables = new TreeMap<>();
    private String database = "";

    /** How many of a table's block ranges are there. */
    private record Rows(int there, int all) {}

    /** The database was created for this restore. */
    synchronized void created(String name, String dropCommand) {
        database = "The database " + name + " was created by this restore and is not complete; remove it with: "
                + dropCommand;
    }

    /** Somebody else's database is being changed. */
    synchronized void changing(String name) {
        database = "The database " + name + " was there before; it has been changed as follows.";
    }

    synchronized boolean untouched() {
        return database.isEmpty();
    }

    synchronized void expect(String step) {
        steps.putIfAbsent(step, false);
    }

    synchronized void done(String step) {
        steps.put(step, true);
    }

    synchronized void expect(Manifest.TableEntry table) {
        tables.put(table.tableName(), new Rows(0, table.ranges().size()));
    }

    /** One more of the table's block ranges is there. */
    synchronized void loaded(Manifest.TableEntry table) {
        Rows before = tables.get(table.tableName());
        tables.put(table.tableName(), new Rows(before.there() + 1, before.all()));
    }

    /** All of the table's rows are there. */
    synchronized void complete(Manifest.TableEntry table) {
        tables.put(
                table.tableName(),
                new Rows(table.ranges().size(), table.ranges().size()));
    }

    /** Line by line. */
    synchronized List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (database.isEmpty()) {
            lines.add("Nothing was changed.");
            return lines;
        }
        lines.add(database);
        if (!tables.isEmpty()) {
            long complete = tables.values().stream()
                    .filter(rows -> rows.there == rows.all)
                    .count();
            lines.add("Rows: " + complete + " of " + tables.size() + " tables are complete.");
            add(lines, "Tables with a part of their rows: ", rows -> rows.there > 0 && rows.there < rows.all);
            add(lines, "Tables without their rows: ", rows -> rows.there == 0 && rows.all > 0);
        }
        lines.add("There: " + steps(true));
        lines.add("Not there, or not all of it: " + steps(false));
        return lines;
    }

    private void add(List<String> lines, String title, Predicate<Rows> which) {
        List<String> named = tables.entrySet().stream()
                .filter(entry -> which.test(entry.getValue()))
                .map(entry ->
                        entry.getKey() + " (" + entry.getValue().there + " of " + entry.getValue().all + " parts)")
                .toList();
        if (!named.isEmpty()) {
            lines.add(title + named.stream().limit(NAMED).collect(Collectors.joining(", "))
                    + (named.size() > NAMED ? " and " + (named.size() - NAMED) + " more" : "") + ".");
        }
    }

    private String steps(boolean done) {
        String found = steps.entrySet().stream()
                .filter(step -> step.getValue() == done)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        return found.isEmpty() ? "nothing." : found + ".";
    }
}
