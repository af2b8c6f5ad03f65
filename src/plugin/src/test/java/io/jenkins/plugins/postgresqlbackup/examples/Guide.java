package io.jenkins.plugins.postgresqlbackup.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** {@code docs/jenkins.md}, as it is published. */
final class Guide {
    static final Path FILE = Path.of("../../docs/jenkins.md");

    private Guide() {}

    static String text() throws IOException {
        return Files.readString(FILE);
    }

    /** What stands between the fences of this language. */
    static List<String> blocks(String language) throws IOException {
        return blocks(FILE, language);
    }

    /** The same of another page of the documentation. */
    static List<String> blocks(Path page, String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(page))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** The cells of the row of a table whose first cell is this. */
    static List<String> row(String first) throws IOException {
        return rows(first).stream().findFirst().orElseThrow(() -> new AssertionError("No row begins with " + first));
    }

    /** The first cells of the table below this heading, its own head left out. */
    static List<String> firstCells(String heading) throws IOException {
        String section = text().substring(text().indexOf("\n## " + heading + "\n"));
        return Pattern.compile("^\\| (.*?) \\|", Pattern.MULTILINE)
                .matcher(section)
                .results()
                .map(MatchResult::group)
                .map(cell -> cell.substring(2, cell.length() - 2))
                .skip(1)
                .toList();
    }

    private static List<List<String>> rows(String first) throws IOException {
        return text().lines()
                .filter(line -> line.startsWith("| " + first + " |"))
                .map(line -> Arrays.stream(line.split("\\|"))
                        .map(String::strip)
                        .filter(cell -> !cell.isEmpty())
                        .toList())
                .toList();
    }
}
