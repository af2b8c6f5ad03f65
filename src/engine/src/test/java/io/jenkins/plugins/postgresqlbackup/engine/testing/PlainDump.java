package io.jenkins.plugins.postgresqlbackup.engine.testing;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What pg_dump says of a small database, in one program run: the rows of each table as a sorted list, their columns in the
 * order of their names (children of inheritance come back with another order of columns), and all other lines. Two
 * databases are equal when their dumps are. Immutable.
 */
public record PlainDump(List<String> statements, Map<String, List<String>> rows) {
    private static final int LINES = 40;

    /** @param options for pg_dump besides */
    public static PlainDump take(Database database, ClientPrograms programs, String... options)
            throws IOException, InterruptedException {
        return ClientRun.run(database, programs, "pg_dump", List.of(options), "", PlainDump::read);
    }

    private static PlainDump read(InputStream output) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(output, StandardCharsets.ISO_8859_1));
        List<String> statements = new ArrayList<>();
        Map<String, List<String>> rows = new TreeMap<>();
        for (String line; (line = lines.readLine()) != null; ) {
            if (line.startsWith("COPY ") && line.endsWith(" FROM stdin;")) {
                Copied copied = new Copied(rows, line.substring(0, line.length() - " FROM stdin;".length()));
                for (String row; !"\\.".equals(row = lines.readLine()); ) {
                    copied.add(row);
                }
            } else if (!line.isEmpty() && !line.startsWith("--") && !line.startsWith("\\")) {
                statements.add(line);
            }
        }
        rows.values().forEach(list -> list.sort(Comparator.naturalOrder()));
        return new PlainDump(statements, rows);
    }

    /**
     * Rows that did not come from pg_dump.
     *
     * @param texts COPY text by the beginning of the statement, up to the list of columns
     */
    public static PlainDump ofRows(Map<String, String> texts) {
        Map<String, List<String>> rows = new TreeMap<>();
        texts.forEach((statement, text) -> {
            Copied copied = new Copied(rows, statement);
            // Not lines(): that ends lines at other characters too.
            for (int from = 0, end; (end = text.indexOf('\n', from)) >= 0; from = end + 1) {
                copied.add(text.substring(from, end));
            }
        });
        rows.values().forEach(list -> list.sort(Comparator.naturalOrder()));
        return new PlainDump(List.of(), rows);
    }

    /** The same without definitions, sequences and large objects. */
    public PlainDump rowsOnly() {
        return new PlainDump(List.of(), rows);
    }

    /** Takes the rows of one COPY statement, their columns in another order. */
    private static final class Copied {
        private final int[] order;
        private final List<String> found;

        Copied(Map<String, List<String>> rows, String statement) {
            // A table without columns has no list of them.
            int list = statement.indexOf('(');
            String name = list < 0 ? statement : statement.substring(0, list);
            String columns = list < 0 ? "" : statement.substring(list + 1, statement.lastIndexOf(')'));
            String[] names = columns.split(", ", -1);
            order = IntStream.range(0, names.length)
                    .boxed()
                    .sorted(Comparator.comparing(i -> names[i]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            found = rows.computeIfAbsent(name.strip() + " " + reordered(columns, ", "), table -> new ArrayList<>());
        }

        void add(String row) {
            found.add(reordered(row, "\t"));
        }

        private String reordered(String text, String separator) {
            String[] parts = text.split(separator, -1);
            return String.join(
                    separator, Arrays.stream(order).mapToObj(i -> parts[i]).toList());
        }
    }

    /** In what the copy differs, cut where there is much; empty when they are equal. */
    public List<String> differences(PlainDump copy) {
        List<String> found = new ArrayList<>(LineDifference.between(statements, copy.statements, LINES));
        TreeSet<String> tables = new TreeSet<>(rows.keySet());
        tables.addAll(copy.rows.keySet());
        for (String table : tables) {
            List<String> here = rows.getOrDefault(table, List.of());
            List<String> there = copy.rows.getOrDefault(table, List.of());
            if (!here.equals(there)) {
                found.add(table + ": " + here.size() + " rows in the source, " + there.size() + " in the copy");
                Stream.concat(
                                minus(here, there).map(row -> "- " + row),
                                minus(there, here).map(row -> "+ " + row))
                        .limit(LINES)
                        .map(LineDifference::shortened)
                        .forEach(found::add);
            }
        }
        return found;
    }

    private static Stream<String> minus(List<String> some, List<String> others) {
        Map<String, Integer> counts = new TreeMap<>();
        others.forEach(row -> counts.merge(row, 1, Integer::sum));
        return some.stream().filter(row -> counts.merge(row, -1, Integer::sum) < 0);
    }
}
