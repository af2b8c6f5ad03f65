package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseException;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ScratchServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** The server of a demonstration, with a shop in it. */
final class DemoServer implements AutoCloseable {
    private static final String SHOP = "shop";
    private static final String DATA = "/demo/shop.sql";
    private static final List<String> DAY = List.of(
            "UPDATE shop.orders SET note = 'The customer rang twice.' WHERE id > 294000 AND id % 7 = 0",
            "UPDATE shop.products SET description = 'Now with a handle.' WHERE id <= 20",
            "DELETE FROM shop.reviews WHERE id % 1000 = 0",
            "INSERT INTO shop.reviews (product_id, customer_id, rating, title, body, written)"
                    + " SELECT product_id, customer_id, rating, title, 'Bought it again.', written + interval '1 day'"
                    + " FROM shop.reviews WHERE id % 500 = 1");
    private static final Map<String, String> SETTINGS =
            Map.of("shared_buffers", "256MB", "max_wal_size", "4GB", "maintenance_work_mem", "128MB");

    private final ScratchServer server;

    private DemoServer(ScratchServer server) {
        this.server = server;
    }

    /** @param programs the server programs: the directory that holds them or the one above */
    static DemoServer start(Path programs, Path directory) throws IOException, InterruptedException {
        return new DemoServer(ScratchServer.start(programs, directory, SETTINGS));
    }

    /** One of its databases, there or not. */
    Database database(String name) {
        return server.database(name);
    }

    /** {@code postgresql://127.0.0.1:5432}, whereto the name of a database may be appended. */
    String url() {
        DatabaseUrl url = server.database("postgres").url();
        return "postgresql://" + url.host() + ':' + url.port();
    }

    /** The password of the user {@code postgres}. */
    String password() {
        return server.password();
    }

    /** Its major version. */
    int major() throws DatabaseException {
        return server.database("postgres").server().major();
    }

    /** {@code PostgreSQL 15.18}. */
    String version() throws DatabaseException {
        return "PostgreSQL " + server.database("postgres").server().versionText();
    }

    /** Makes the shop's database and fills it. */
    Database openShop() throws IOException {
        run(server.database("postgres"), "CREATE DATABASE " + SHOP);
        Database shop = server.database(SHOP);
        run(shop, script());
        run(shop, "VACUUM ANALYZE");
        return shop;
    }

    /** A day goes by in the shop: returns how many rows were changed, removed and added. */
    long trade(Database shop) throws DatabaseException {
        try (Connection connection = shop.open("demo");
                Statement statement = connection.createStatement()) {
            long rows = 0;
            for (String change : DAY) {
                rows += statement.executeUpdate(change);
            }
            return rows;
        } catch (SQLException e) {
            throw DatabaseException.of(e, "changing the shop");
        }
    }

    /** A database's size on disk, in bytes. */
    long size(Database database) throws DatabaseException {
        try (Connection connection = database.open("demo");
                Statement statement = connection.createStatement();
                ResultSet size = statement.executeQuery("SELECT pg_database_size(current_database())")) {
            size.next();
            return size.getLong(1);
        } catch (SQLException e) {
            throw DatabaseException.of(e, "asking for the size of a database");
        }
    }

    private static void run(Database database, String sql) throws DatabaseException {
        try (Connection connection = database.open("demo");
                Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = public");
            statement.execute(sql);
        } catch (SQLException e) {
            throw DatabaseException.of(e, "filling the shop");
        }
    }

    private static String script() throws IOException {
        try (InputStream data = DemoServer.class.getResourceAsStream(DATA)) {
            if (data == null) {
                throw new IOException("The shop's data, " + DATA + ", is not in this program; build it again.");
            }
            return new String(data.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
