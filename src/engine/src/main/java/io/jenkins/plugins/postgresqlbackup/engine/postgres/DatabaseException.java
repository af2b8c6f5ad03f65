package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/** Something about a database went wrong. The message is one sentence for a person; it holds no secrets. */
public class DatabaseException extends IOException {
    private static final long serialVersionUID = 1;

    private final String sqlState;

    public DatabaseException(String sentence) {
        this(sentence, null, null);
    }

    public DatabaseException(String sentence, Throwable cause) {
        this(sentence, null, cause);
    }

    private DatabaseException(String sentence, String sqlState, Throwable cause) {
        super(sentence, cause);
        this.sqlState = sqlState;
    }

    /** What the driver reported while {@code doing} (such as {@code "reading public.orders"}) as a sentence. */
    public static DatabaseException of(SQLException problem, String doing) {
        return new DatabaseException(Sentences.of(problem, doing), problem.getSQLState(), problem);
    }

    /** What the driver reported while connecting. */
    static DatabaseException connecting(SQLException problem, DatabaseUrl url) {
        return new DatabaseException(Sentences.ofConnecting(problem, url), problem.getSQLState(), problem);
    }

    /** The five-letter SQLSTATE, where there is one. */
    public Optional<String> sqlState() {
        return Optional.ofNullable(sqlState);
    }
}
