package io.jenkins.plugins.postgresqlbackup.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table of text whose columns line up. Not thread-safe. */
final class Columns {
    private static final String GAP = "  ";

    private final Paint paint;
    private final String indent;
    private final boolean[] right;
    private final List<String> headings;
    private final List<String[]> rows = new ArrayList<>();

    /**
     * @param layout a word per column; one that starts with {@code >} is set to the right. The words are the headings; without the {@code >} an
     *     empty one is no heading
     */
    Columns(Paint paint, String indent, String... layout) {
        this.paint = paint;
        this.indent = indent;
        this.right = new boolean[layout.length];
        this.headings = new ArrayList<>();
        for (int i = 0; i < layout.length; i++) {
            right[i] = layout[i].startsWith(">");
            headings.add(right[i] ? layout[i].substring(1) : layout[i]);
        }
    }

    Columns row(String... cells) {
        if (cells.length != right.length) {
            throw new IllegalArgumentException("A row of this table has " + right.length + " cells.");
        }
        rows.add(cells.clone());
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines, each ended by a line feed. */
    @Override
    public String toString() {
        int[] widths = new int[right.length];
        boolean headed = headings.stream().anyMatch(heading -> !heading.isEmpty());
        for (int i = 0; i < right.length; i++) {
            int column = i;
            widths[i] = Math.max(
                    width(headings.get(i)),
                    rows.stream().mapToInt(row -> width(row[column])).max().orElse(0));
        }
        StringBuilder text = new StringBuilder();
        if (headed) {
            text.append(paint.dim(line(headings.toArray(String[]::new), widths).stripTrailing()))
                    .append('\n');
        }
        for (String[] row : rows) {
            text.append(line(row, widths).stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private String line(String[] cells, int[] widths) {
        StringBuilder line = new StringBuilder(indent);
        for (int i = 0; i < cells.length; i++) {
            char[] padding = new char[widths[i] - width(cells[i])];
            Arrays.fill(padding, ' ');
            line.append(i == 0 ? "" : GAP);
            line.append(right[i] ? new String(padding) + cells[i] : cells[i] + new String(padding));
        }
        return line.toString();
    }

    /** How many places a text takes; colour codes take none. */
    private static int width(String text) {
        String shown = text.replaceAll("\u001b\\[[0-9;]*m", "");
        return shown.codePointCount(0, shown.length());
    }
}
