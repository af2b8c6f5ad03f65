package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/** libpq's TLS and authentication parameters, in the driver's words and in those of the client programs. */
final class TransportSecurity {
    private static final Set<String> MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    private static final List<String> SYSTEM_ROOTS = List.of(
            "/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/ssl/ca-bundle.pem",
            "/etc/ssl/cert.pem");

    private TransportSecurity() {}

    /** The sslmode that a URL asks for. */
    static String mode(DatabaseUrl url) {
        boolean system = "system".equals(url.parameters().get("sslrootcert"));
        return url.parameter("sslmode", system ? "verify-full" : "prefer");
    }

    /** Sets the driver's properties. The driver differs from libpq in three ways, which are made up for here. */
    static void configure(Properties properties, DatabaseUrl url) throws DatabaseException {
        Map<String, String> given = url.parameters();
        String mode = mode(url);
        if (!MODES.contains(mode)) {
            throw new DatabaseException("sslmode=" + mode
                    + " is not known; use disable, allow, prefer, require, verify-ca or verify-full.");
        }
        String root = given.get("sslrootcert");
        if ("system".equals(root)) {
            // libpq: the system's authorities, and then nothing weaker than verify-full is allowed.
            refuseWeakWithSystemRoots(mode);
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        } else if (root != null) {
            properties.setProperty("sslrootcert", root);
        }
        if (mode.equals("require") && !"system".equals(root) && rootCertificateExists(root)) {
            // libpq: with a root certificate at hand, require means verify-ca.
            mode = "verify-ca";
        }
        properties.setProperty("sslmode", mode);
        String key = given.get("sslkey");
        if (key != null && !key.endsWith(".pem")) {
            // By any other name the driver would read it as DER or PKCS#12, which libpq does not.
            throw new DatabaseException("The client key " + key
                    + " cannot be used; it should be a PKCS#8 PEM file whose name ends in .pem (openssl pkcs8 -topk8"
                    + " -nocrypt).");
        }
        copy(given, "sslcert", properties, "sslcert");
        copy(given, "sslkey", properties, "sslkey");
        copy(given, "sslnegotiation", properties, "sslNegotiation");
        copy(given, "channel_binding", properties, "channelBinding");
        copy(given, "gssencmode", properties, "gssEncMode");
        copy(given, "krbsrvname", properties, "kerberosServerName");
        copy(given, "require_auth", properties, "requireAuth");
    }

    private static void refuseWeakWithSystemRoots(String mode) throws DatabaseException {
        if (!mode.equals("verify-full")) {
            throw new DatabaseException(
                    "sslrootcert=system allows sslmode=verify-full only; leave out sslmode=" + mode + ".");
        }
    }

    private static boolean rootCertificateExists(String root) {
        return Files.exists(
                root != null ? Path.of(root) : Path.of(System.getProperty("user.home"), ".postgresql", "root.crt"));
    }

    private static void copy(Map<String, String> from, String name, Properties to, String property) {
        String value = from.get(name);
        if (value != null) {
            to.setProperty(property, value);
        }
    }

    /** The same for client programs: libpq's environment variables. */
    static Map<String, String> environment(DatabaseUrl url) {
        Map<String, String> variables = new TreeMap<>();
        url.parameters().forEach((name, value) -> variables.put(variable(name), value));
        if ("system".equals(url.parameters().get("sslrootcert"))) {
            variables.put("PGSSLMODE", mode(url));
            // libpq before 16 does not know the word, but takes the file.
            SYSTEM_ROOTS.stream()
                    .filter(file -> Files.exists(Path.of(file)))
                    .findFirst()
                    .ifPresent(file -> variables.put("PGSSLROOTCERT", file));
        }
        return variables;
    }

    private static String variable(String parameter) {
        return parameter.equals("connect_timeout")
                ? "PGCONNECT_TIMEOUT"
                : "PG" + parameter.replace("_", "").toUpperCase(Locale.ROOT);
    }
}
