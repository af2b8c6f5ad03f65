package io.jenkins.plugins.postgresqlbackup.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/** Numbers over time: for a chart, and as a table for who does not see one. Immutable. */
public final class Chart {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private final String title;
    private final Shape shape;
    private final Table table;

    /**
     * What is drawn.
     *
     * @param unit of the numbers: {@code bytes}, {@code seconds} or {@code count}
     * @param stacked whether the series are parts of a whole
     */
    record Shape(String unit, boolean stacked, List<Series> series) {}

    /**
     * One kind of numbers.
     *
     * @param type {@code bar} or {@code line}
     * @param colour one of Jenkins's CSS variables
     * @param points each a moment, in milliseconds since 1970, and a number
     */
    record Series(String name, String type, String colour, List<double[]> points) {}

    /** The same as text. */
    record Table(List<String> columns, List<List<String>> rows) {}

    Chart(String title, Shape shape, Table table) {
        this.title = title;
        this.shape = shape;
        this.table = table;
    }

    public String getTitle() {
        return title;
    }

    /** What is drawn, as JSON. */
    public String getJson() {
        try {
            return MAPPER.writeValueAsString(shape);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public List<String> getColumns() {
        return table.columns();
    }

    public List<List<String>> getRows() {
        return table.rows();
    }
}
