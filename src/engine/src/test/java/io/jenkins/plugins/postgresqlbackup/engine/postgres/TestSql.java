package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Queries for tests. */
public final class TestSql {
    private TestSql() {}

    /** The rows of a query, their columns with a bar between; {@code public} is the search path. */
    public static List<String> rows(Database database, String query) throws IOException {
        try (Connection connection = database.open("test");
                Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = public");
            List<String> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(query)) {
                int columns = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= columns; i++) {
                        row.add(String.valueOf(rows.getString(i)));
                    }
                    found.add(String.join("|", row));
                }
            }
            return found;
        } catch (SQLException e) {
            throw DatabaseException.of(e, "a test's query");
        }
    }
}
