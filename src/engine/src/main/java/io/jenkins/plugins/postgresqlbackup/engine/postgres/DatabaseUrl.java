package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where a database is and as whom to connect: a libpq connection URL without a password.
 *
 * @param host a name or an address, never a directory of Unix sockets
 * @param port the TCP port
 * @param database its name
 * @param user the role to log in as
 * @param parameters libpq's connection parameters that this product passes on; see {@link #PARAMETERS}
 */
public record DatabaseUrl(String host, int port, String database, String user, Map<String, String> parameters) {
    /** The parameters that a URL may have. They mean what libpq's documentation says. */
    public static final Set<String> PARAMETERS = Collections.unmodifiableSet(new TreeSet<>(Set.of(
            "sslmode",
            "sslrootcert",
            "sslcert",
            "sslkey",
            "sslnegotiation",
            "channel_binding",
            "connect_timeout",
            "gssencmode",
            "krbsrvname",
            "require_auth")));

    private static final int DEFAULT_PORT = 5432;

    public DatabaseUrl {
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    }

    /**
     * Reads {@code postgresql://user@host:port/database?sslmode=verify-full&…}. The port may be left out (5432) and the
     * database too (the user's name).
     *
     * @throws IllegalArgumentException with a sentence for the person who wrote the URL
     */
    public static DatabaseUrl parse(String text) {
        String rest;
        if (text.startsWith("postgresql://")) {
            rest = text.substring("postgresql://".length());
        } else if (text.startsWith("postgres://")) {
            rest = text.substring("postgres://".length());
        } else {
            throw new IllegalArgumentException(
                    "A database is written postgresql://user@host:port/database; this does not start so.");
        }
        Map<String, String> parameters = new TreeMap<>();
        int query = rest.indexOf('?');
        if (query >= 0) {
            parseQuery(rest.substring(query + 1), parameters);
            rest = rest.substring(0, query);
        }
        int slash = rest.indexOf('/');
        String database = slash < 0 ? "" : decode(rest.substring(slash + 1));
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        int at = authority.lastIndexOf('@');
        String user = at < 0 ? "" : authority.substring(0, at);
        if (user.indexOf(':') >= 0) {
            throw refusedPassword();
        }
        user = decode(user);
        if (user.isEmpty()) {
            throw new IllegalArgumentException(
                    "The database URL names no user; write postgresql://user@host:port/database.");
        }
        String place = authority.substring(at + 1);
        if (place.indexOf(',') >= 0) {
            throw new IllegalArgumentException(
                    "The database URL names several hosts; name the one server that is to be used.");
        }
        int colon = place.startsWith("[") ? place.indexOf(':', place.indexOf(']') + 1) : place.lastIndexOf(':');
        String host = colon < 0 ? place : place.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        host = decode(host);
        if (host.isEmpty() || host.startsWith("/") || host.startsWith("@")) {
            throw refusedSocket();
        }
        int port = colon < 0 ? DEFAULT_PORT : parsePort(place.substring(colon + 1));
        return new DatabaseUrl(host, port, database.isEmpty() ? user : database, user, parameters);
    }

    private static void parseQuery(String query, Map<String, String> parameters) {
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : decode(pair.substring(0, equals));
            switch (name) {
                case "password", "sslpassword" -> throw refusedPassword();
                case "host", "hostaddr" -> throw refusedSocket();
                default -> {
                    if (equals < 0 || !PARAMETERS.contains(name)) {
                        throw new IllegalArgumentException("The database URL has the parameter '" + name
                                + "', which is not known here; known are " + String.join(", ", PARAMETERS) + ".");
                    }
                    parameters.put(name, decode(pair.substring(equals + 1)));
                }
            }
        }
    }

    private static int parsePort(String text) {
        if (text.isEmpty()) {
            return DEFAULT_PORT;
        }
        if (text.matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        }
        throw new IllegalArgumentException("The database URL's port is not a number from 1 to 65535.");
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The database URL has a '%' that two hexadecimal digits do not follow; write % as %25.", e);
        }
    }

    private static IllegalArgumentException refusedPassword() {
        return new IllegalArgumentException("The database URL holds a password, which others could read in logs and"
                + " process lists; take it out and use PGPASSWORD, ~/.pgpass or a password file.");
    }

    private static IllegalArgumentException refusedSocket() {
        return new IllegalArgumentException("Only TCP connections are possible, no Unix sockets; name the host, for"
                + " example postgresql://user@localhost:5432/database.");
    }

    /** The same server, user and parameters with another database. */
    public DatabaseUrl withDatabase(String name) {
        return new DatabaseUrl(host, port, name, user, parameters);
    }

    /** The value of one parameter, or what is given. */
    String parameter(String name, String otherwise) {
        return parameters.getOrDefault(name, otherwise);
    }

    /** The URL as {@link #parse} reads it. It has no secrets. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("postgresql://")
                .append(encode(user))
                .append('@')
                .append(host.indexOf(':') >= 0 ? "[" + host + "]" : host)
                .append(':')
                .append(port)
                .append('/')
                .append(encode(database));
        char separator = '?';
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            text.append(separator).append(parameter.getKey()).append('=').append(encode(parameter.getValue()));
            separator = '&';
        }
        return text.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }
}
