package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.UsernamePasswordCredentials;
import org.apache.http.client.CredentialsProvider;
import org.apache.http.conn.routing.HttpRoutePlanner;
import org.apache.http.impl.client.BasicCredentialsProvider;
import org.apache.http.impl.conn.SystemDefaultRoutePlanner;

/**
 * Through which proxy a server is reached, the same for all clients: as Java's own properties say where they do
 * ({@code https.proxyHost}), else as the environment does ({@code https_proxy}, {@code no_proxy}). This very machine is reached
 * without one. Thread-safe.
 */
final class HttpProxies extends ProxySelector {
    /** A proxy of the environment. */
    private record Named(String host, int port, Optional<UsernamePasswordCredentials> login) {
        Proxy proxy() {
            return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
        }
    }

    /** The HTTP status of a proxy that wants to know who asks. */
    static final int WANTS_LOGIN = 407;

    static final String ADVICE =
            "the proxy wants a user and a password: put them into https_proxy, as in http://user:password@proxy:3128";

    private static final List<String> SCHEMES = List.of("http", "https");
    private static final int USUAL_PORT = 80;

    private final Map<String, Named> named = new LinkedHashMap<>();
    private final String exceptions;

    /**
     * Reads the environment.
     *
     * @throws StorageException when what it names is no proxy that can be used
     */
    HttpProxies(UnaryOperator<String> variables) throws StorageException {
        for (String scheme : SCHEMES) {
            String variable = scheme + "_proxy";
            Optional<String> text = value(variables, variable);
            if (text.isPresent()) {
                named.put(scheme, parse(variable, text.get()));
            }
        }
        exceptions = value(variables, "no_proxy").orElse("");
    }

    private static Optional<String> value(UnaryOperator<String> variables, String name) {
        return Optional.ofNullable(variables.apply(name))
                .or(() -> Optional.ofNullable(variables.apply(name.toUpperCase(Locale.ROOT))))
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    private static Named parse(String variable, String text) throws StorageException {
        try {
            URI proxy = URI.create(text.contains("://") ? text : "http://" + text);
            if (proxy.getHost() != null && "http".equalsIgnoreCase(proxy.getScheme())) {
                int port = proxy.getPort() < 0 ? USUAL_PORT : proxy.getPort();
                return new Named(
                        proxy.getHost(),
                        port,
                        Optional.ofNullable(proxy.getRawUserInfo()).map(HttpProxies::login));
            }
        } catch (IllegalArgumentException e) {
            throw notAProxy(variable); // Without the cause, which may quote a password.
        }
        throw notAProxy(variable);
    }

    private static UsernamePasswordCredentials login(String userInfo) {
        int colon = userInfo.indexOf(':');
        String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
        return new UsernamePasswordCredentials(decode(user), colon < 0 ? "" : decode(userInfo.substring(colon + 1)));
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static StorageException notAProxy(String variable) {
        return new StorageException("The proxy in the variable " + variable + " cannot be used; write it as"
                + " http://proxy.example.com:3128, or http://user:password@proxy.example.com:3128.");
    }

    @Override
    public List<Proxy> select(URI server) {
        String scheme = String.valueOf(server.getScheme()).toLowerCase(Locale.ROOT);
        ProxySelector javas = ProxySelector.getDefault();
        List<Proxy> own = javas == null ? List.of(Proxy.NO_PROXY) : javas.select(server);
        Named other = named.get(scheme);
        boolean decided = own.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)
                || System.getProperty(scheme + ".proxyHost") != null;
        return decided || other == null || isException(server) ? own : List.of(other.proxy());
    }

    private boolean isException(URI server) {
        String host = bare(String.valueOf(server.getHost()).toLowerCase(Locale.ROOT));
        if (host.equals("localhost") || host.matches("127\\.[0-9.]+") || host.equals("::1")) {
            return true;
        }
        for (String entry : exceptions.toLowerCase(Locale.ROOT).split("[,\\s]+")) {
            String name = entry.replaceFirst("^\\*?\\.", "");
            String withPort = host + ":" + server.getPort();
            if (entry.equals("*")
                    || !name.isEmpty()
                            && (host.equals(bare(name))
                                    || host.endsWith("." + name)
                                    || withPort.equals(name)
                                    || withPort.endsWith("." + name)
                                    || isWithin(host, name))) {
                return true;
            }
        }
        return false;
    }

    private static String bare(String host) {
        return host.replaceAll("^\\[|]$", "");
    }

    /** Whether an address lies in a network such as {@code 10.0.0.0/8}. */
    private static boolean isWithin(String host, String network) {
        int slash = network.indexOf('/');
        String digits = slash < 0 ? "" : network.substring(slash + 1);
        if (!digits.matches("[0-9]{1,3}") || !isAddress(host) || !isAddress(network.substring(0, slash))) {
            return false;
        }
        try {
            byte[] address = InetAddress.getByName(host).getAddress();
            byte[] first = InetAddress.getByName(network.substring(0, slash)).getAddress();
            int free = first.length * Byte.SIZE - Integer.parseInt(digits);
            return address.length == first.length
                    && free >= 0
                    && new BigInteger(1, address).shiftRight(free).equals(new BigInteger(1, first).shiftRight(free));
        } catch (UnknownHostException e) {
            return false; // Looks like an address and is none.
        }
    }

    /** So that no name is asked for. */
    private static boolean isAddress(String host) {
        return host.matches("[0-9]+(\\.[0-9]+){3}") || host.matches("[0-9a-f:.]*:[0-9a-f:.]*");
    }

    @Override
    public void connectFailed(URI server, SocketAddress proxy, IOException e) {
        // Who asked gets the failure too.
    }

    HttpRoutePlanner routes() {
        return new SystemDefaultRoutePlanner(this);
    }

    /** What the proxies want to know, and nobody else is told. */
    CredentialsProvider credentials() {
        CredentialsProvider known = new BasicCredentialsProvider();
        for (Named proxy : named.values()) {
            proxy.login().ifPresent(login -> known.setCredentials(new AuthScope(proxy.host(), proxy.port()), login));
        }
        for (String scheme : SCHEMES) {
            String host = System.getProperty(scheme + ".proxyHost");
            String user = System.getProperty(scheme + ".proxyUser");
            if (host != null && user != null) {
                known.setCredentials(
                        new AuthScope(host, AuthScope.ANY_PORT),
                        new UsernamePasswordCredentials(user, System.getProperty(scheme + ".proxyPassword", "")));
            }
        }
        return known;
    }
}
