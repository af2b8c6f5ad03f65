package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A role of the shared server that may log in and nothing else. Goes when it is closed and owns nothing by then. */
final class TestRole implements AutoCloseable {
    private static final AtomicInteger ROLES = new AtomicInteger();
    private static final String PASSWORD = "a:b\\c d";

    private final String name;

    private final Database administrator;

    private TestRole(String name, Database administrator) {
        this.name = name;
        this.administrator = administrator;
    }

    static TestRole create() throws IOException, InterruptedException {
        return create("");
    }

    static TestRole create(String options) throws IOException, InterruptedException {
        String name = "role_" + ROLES.incrementAndGet();
        Database administrator = TestPostgres.server().database("postgres");
        TestPostgres.run(
                administrator, "CREATE ROLE " + name + " LOGIN PASSWORD " + Sql.literal(PASSWORD) + ' ' + options);
        return new TestRole(name, administrator);
    }

    String name() {
        return name;
    }

    /** The same database, logged in as this role. */
    Database login(Database database) {
        DatabaseUrl url = database.url();
        return new Database(
                new DatabaseUrl(url.host(), url.port(), url.database(), name, Map.of()),
                PasswordSource.fixed(PASSWORD.toCharArray()));
    }

    @Override
    public void close() throws IOException {
        TestPostgres.run(administrator, "DROP ROLE " + name);
    }
}
