package io.jenkins.plugins.postgresqlbackup.engine.repository;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * What somebody is doing in a repository. Everything but the operation is null where it is not known or does not apply.
 *
 * @param operation e.g. {@code full backup}
 * @param database the name of the database it is about
 * @param server where that database is, {@code host:port}
 * @param backup the backup that is read
 * @param host the machine that works
 * @param user the account there
 * @param by which process or build it is
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Activity(
        String operation, String database, String server, String backup, String host, String user, String by) {
    /** Whoever writes here may have put anything into a name. */
    private static final int LONGEST = 500;

    public Activity {
        operation = cut(Objects.requireNonNull(operation));
        database = cut(database);
        server = cut(server);
        backup = cut(backup);
        host = cut(host);
        user = cut(user);
        by = cut(by);
    }

    private static String cut(String text) {
        return text == null || text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    /** Whether both are about the same database. */
    public boolean sameDatabase(Activity other) {
        return database != null && database.equals(other.database) && Objects.equals(server, other.server);
    }

    /** {@code full backup of shop at db.example.com:5432}. */
    public String what() {
        return operation
                + (backup != null ? " of " + backup : "")
                + (database != null ? (backup != null ? ", " : " of ") + database : "")
                + (server != null ? " at " + server : "");
    }

    /** {@code jenkins on agent-7 (build=17)}. */
    public String who() {
        return (user != null ? user : "somebody")
                + (host != null ? " on " + host : "")
                + (by != null ? " (" + by + ")" : "");
    }
}
