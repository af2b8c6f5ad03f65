package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.SQLException;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Turns what driver and server report into one sentence for a person. */
final class Sentences {
    private Sentences() {}

    static String of(SQLException problem, String doing) {
        String state = problem.getSQLState() == null ? "" : problem.getSQLState();
        if (Thread.currentThread().isInterrupted()) {
            return "Interrupted while " + doing + ".";
        }
        if (state.equals("57P01") || state.equals("57P02") || state.equals("57P03") || state.startsWith("08")) {
            return "The connection to the database was lost while " + doing + " (" + shortly(problem)
                    + "); start again when the server can be reached.";
        }
        return "The database refused " + doing + ": " + shortly(problem) + ".";
    }

    /** The same for a connection that did not come about. */
    static String ofConnecting(SQLException problem, DatabaseUrl url) {
        String state = problem.getSQLState() == null ? "" : problem.getSQLState();
        String server = url.host() + " port " + url.port();
        if (Thread.currentThread().isInterrupted()) {
            return "Interrupted while connecting to " + server + ".";
        }
        String reported = shortly(problem);
        Throwable root = root(problem);
        if (root instanceof java.net.UnknownHostException) {
            return "The host " + url.host() + " is not known; check the name in the database URL.";
        }
        if (root instanceof java.net.ConnectException) {
            return "Nothing answers at " + server + " (" + root.getMessage()
                    + "); check host and port, and that the server runs and accepts TCP connections.";
        }
        if (root instanceof java.net.SocketTimeoutException) {
            return server + " does not answer in time; check host and port, and that no firewall is between.";
        }
        if (tls(problem)) {
            return "No TLS connection to " + server + " with sslmode=" + TransportSecurity.mode(url) + ": "
                    + (otherName(problem) ? "its certificate is issued to another name" : deepest(problem))
                    + "; check sslmode and sslrootcert in the database URL.";
        }
        return switch (state) {
            case "3D000" ->
                "There is no database '" + url.database() + "' at " + server + "; check the name in the database URL.";
            case "28P01" ->
                "The password for user '" + url.user() + "' at " + server + " is wrong, or there is no such user.";
            case "08004" ->
                reported.contains("password")
                        ? "The server at " + server + " wants a password for user '" + url.user()
                                + "' and none was given; use PGPASSWORD, ~/.pgpass or a password file."
                        : "The server at " + server + " refused the connection: " + reported + ".";
            case "28000" ->
                reported.contains("pg_hba.conf")
                        ? "The server at " + server + " lets user '" + url.user() + "' not into database '"
                                + url.database()
                                + "' from here (" + reported
                                + "); it wants TLS (sslmode=require), or pg_hba.conf lacks a"
                                + " line."
                        : "The server at " + server + " refused user '" + url.user() + "': " + reported + ".";
            case "53300" ->
                "The server at " + server + " has no connection left (" + reported
                        + "); use fewer jobs, or raise max_connections.";
            case "57P03" -> "The server at " + server + " is starting or stopping (" + reported + "); try again soon.";
            default -> "No connection to " + server + ": " + reported + ".";
        };
    }

    private static boolean tls(Throwable problem) {
        for (Throwable t = problem; t != null; t = t.getCause()) {
            if (t instanceof javax.net.ssl.SSLException || t instanceof java.security.GeneralSecurityException) {
                return true;
            }
        }
        String text = String.valueOf(problem.getMessage());
        return (text.contains("SSL") || otherName(problem))
                && !(problem instanceof PSQLException p && p.getServerErrorMessage() != null);
    }

    private static boolean otherName(Throwable problem) {
        return String.valueOf(problem.getMessage()).contains("hostnameverifier");
    }

    private static Throwable root(Throwable problem) {
        Throwable root = problem;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String deepest(Throwable problem) {
        Throwable root = root(problem);
        return root.getMessage() == null ? shortly(problem) : oneLine(root.getMessage());
    }

    /** The server's own message with its detail and hint, else the driver's, as one line without a full stop. */
    static String shortly(Throwable problem) {
        ServerErrorMessage fromServer = problem instanceof PSQLException p ? p.getServerErrorMessage() : null;
        if (fromServer == null) {
            String message = problem.getMessage();
            return oneLine(message == null ? problem.getClass().getSimpleName() : message);
        }
        StringJoiner text = new StringJoiner("; ");
        Stream.of(fromServer.getMessage(), fromServer.getDetail(), fromServer.getHint())
                .filter(Objects::nonNull)
                .forEach(part -> text.add(oneLine(part)));
        return text.toString();
    }

    private static String oneLine(String text) {
        String line = text.strip().replaceAll("\\s*\\R\\s*", " ");
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
}
