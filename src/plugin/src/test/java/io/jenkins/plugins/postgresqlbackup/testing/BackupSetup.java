package io.jenkins.plugins.postgresqlbackup.testing;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.util.Secret;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secrets;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupSettings;
import io.jenkins.plugins.postgresqlbackup.engine.operation.FullBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Progress;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Activity;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Lease;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Leases;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryCreation;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStores;
import io.jenkins.plugins.postgresqlbackup.engine.storage.S3Server;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageKeys;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseServer;
import io.jenkins.plugins.postgresqlbackup.result.BackupInfo;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;

/**
 * A database with rows in it, a role that reads it, and a repository, as a Jenkins may know them. Made once a test; plain values, so that
 * it can go to a Jenkins in another process.
 *
 * @param sourceUrl of the database {@code shop}
 * @param serverUrl of the server's maintenance database, which serves as scratch server
 * @param copyUrl of a database that is not there yet and may be restored into
 * @param repositoryUrl of a repository that is there and empty
 * @param storageUser of the credentials of the place where it is; empty for a secret alone
 * @param storageSecret empty for a directory
 */
public record BackupSetup(
        String sourceUrl,
        String serverUrl,
        String copyUrl,
        String user,
        String password,
        String repositoryUrl,
        String key,
        String storageUser,
        String storageSecret)
        implements Serializable {
    public static final int ROWS = 2_000;

    /** @param directory where the repository is made */
    public static BackupSetup make(Path directory) throws Exception {
        return make(directory.resolve("repository").toUri(), "", "");
    }

    /** With the repository in a bucket of a server that runs for the tests. */
    public static BackupSetup inBucket(S3Server server) throws Exception {
        return make(server.newLocation(), S3Server.KEYS.accessKeyId(), S3Server.KEYS.secretAccessKey());
    }

    /** With the repository in a bucket of Supabase Storage, opened with the project's own key. */
    public static BackupSetup inSupabase(SupabaseServer server) throws Exception {
        return make(server.newLocation(), "", SupabaseServer.SERVICE_KEY);
    }

    /** With the repository in a bucket of Google Cloud Storage. */
    public static BackupSetup inGoogle(GcsServer server) throws Exception {
        return make(server.newLocation(), "", server.key().json());
    }

    private static BackupSetup make(URI place, String storageUser, String storageSecret) throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL)",
                "INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, " + ROWS + ") n");
        String user = "jenkins_" + source.url().database();
        String password = "pw-" + UUID.randomUUID();
        TestPostgres.run(source, "CREATE ROLE " + user + " LOGIN SUPERUSER PASSWORD '" + password + "'");
        String key = Secrets.generateRawKey(new SecureRandom());
        Optional<StorageKeys> storage = storageSecret.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        StorageKeys.of(place, Optional.of(storageUser).filter(name -> !name.isEmpty()), storageSecret));
        RepositoryCreation.create(
                        ObjectStores.open(place, true, storage),
                        Secrets.parse(key.getBytes(StandardCharsets.UTF_8)),
                        "test",
                        Clock.systemUTC(),
                        new SecureRandom())
                .repository()
                .close();
        DatabaseUrl url = source.url();
        String server = "postgresql://" + url.host() + ":" + url.port() + "/";
        return new BackupSetup(
                server + url.database(),
                server + "postgres",
                server + url.database() + "_copy",
                user,
                password,
                place.toString(),
                key,
                storageUser,
                storageSecret);
    }

    /** Adds so many rows of about a hundred bytes, for backups that take their time. */
    public void fill(int rows) throws Exception {
        Database source = TestPostgres.server()
                .database(DatabaseUrl.parse(sourceUrl.replace("//", "//any@")).database());
        TestPostgres.run(
                source,
                "CREATE TABLE orders (id int PRIMARY KEY, note text NOT NULL)",
                "INSERT INTO orders SELECT n, repeat(md5(n::text), 3) FROM generate_series(1, " + rows + ") n");
    }

    /** Takes a full backup as Jenkins would have done so long ago, by the clock of the repository's store. */
    public String takeAgo(Duration age) throws Exception {
        ObjectStore store = ObjectStores.open(URI.create(repositoryUrl), false, Optional.empty());
        ObjectStore then = (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    Object answer = method.invoke(store, arguments);
                    return method.getName().equals("now") ? ((Instant) answer).minus(age) : answer;
                });
        Database source = new Database(
                DatabaseUrl.parse(sourceUrl.replace("//", "//" + user + "@")),
                at -> Optional.of(password.toCharArray()));
        try (Repository repository = Repository.open(then, Secrets.parse(key.getBytes(StandardCharsets.UTF_8)))) {
            BackupSettings settings = BackupSettings.defaults().withLabels(Map.of(BackupInfo.DATABASE_LABEL, "shop"));
            Clock clock = Clock.offset(Clock.systemUTC(), age.negated());
            return new FullBackup(repository, source, settings, clock, new SecureRandom())
                    .run(Progress.silent())
                    .manifest()
                    .id()
                    .value();
        }
    }

    /** Whether a run that is not over has written down what it has stored, in a directory. */
    public boolean isSomethingWrittenDown() throws IOException {
        Path journals = Path.of(URI.create(repositoryUrl)).resolve("journals");
        if (!Files.exists(journals)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(journals)) {
            return files.anyMatch(Files::isRegularFile);
        }
    }

    /** Who is at work in the repository, as anybody sees it who can open it. */
    public List<Activity> atWork() throws Exception {
        ObjectStore store = ObjectStores.open(URI.create(repositoryUrl), false, Optional.empty());
        try (Repository repository = Repository.open(store, Secrets.parse(key.getBytes(StandardCharsets.UTF_8)))) {
            return Leases.list(repository, Clock.systemUTC()).atWork().stream()
                    .map(Lease.Held::activity)
                    .toList();
        }
    }

    /** The same with the source reached by way of this proxy. */
    public BackupSetup through(PausingProxy proxy) {
        return new BackupSetup(
                proxy.through(sourceUrl),
                serverUrl,
                copyUrl,
                user,
                password,
                repositoryUrl,
                key,
                storageUser,
                storageSecret);
    }

    /** Tells the running Jenkins all of it: databases {@code shop}, {@code server} and {@code copy}, repository {@code offsite}. */
    public void configure() throws Exception {
        SystemCredentialsProvider credentials = SystemCredentialsProvider.getInstance();
        credentials
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.SYSTEM, "db", "", user, password));
        credentials
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.SYSTEM, "key", "", Secret.fromString(key)));
        if (!storageSecret.isEmpty()) {
            credentials
                    .getCredentials()
                    .add(
                            storageUser.isEmpty()
                                    ? new StringCredentialsImpl(
                                            CredentialsScope.SYSTEM, "storage", "", Secret.fromString(storageSecret))
                                    : new UsernamePasswordCredentialsImpl(
                                            CredentialsScope.SYSTEM, "storage", "", storageUser, storageSecret));
        }
        credentials.save();
        BackupConfiguration configuration = BackupConfiguration.get();
        DatabaseEntry shop = database("shop", sourceUrl);
        shop.setRepository("offsite");
        shop.setScratch("server");
        DatabaseEntry server = database("server", serverUrl);
        server.setScratchServer(true);
        server.setRestoreJobs("restores/**");
        DatabaseEntry copy = database("copy", copyUrl);
        copy.setRestoreTarget(true);
        copy.setRestoreJobs("restores/**");
        configuration.setDatabases(List.of(shop, server, copy));
        RepositoryEntry offsite = new RepositoryEntry("offsite", repositoryUrl);
        offsite.setStorageCredentialsId(storageSecret.isEmpty() ? "" : "storage");
        offsite.setCredentialsId("key");
        offsite.setRestoreJobs("restores/**");
        configuration.setRepositories(List.of(offsite));
    }

    private static DatabaseEntry database(String name, String url) {
        DatabaseEntry entry = new DatabaseEntry(name, url);
        entry.setCredentialsId("db");
        return entry;
    }

    /** The rows of {@code customers} in a database of the server. */
    public long customers(String database) throws SQLException {
        String url = "jdbc:" + serverUrl.substring(0, serverUrl.lastIndexOf('/') + 1) + database;
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*) FROM customers")) {
            result.next();
            return result.getLong(1);
        }
    }

    /** Has statements carried out in a database of the server. */
    public void run(String database, String... statements) throws SQLException {
        String url = "jdbc:" + serverUrl.substring(0, serverUrl.lastIndexOf('/') + 1) + database;
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    /** The name of the source database on its server. */
    public String source() {
        return sourceUrl.substring(sourceUrl.lastIndexOf('/') + 1);
    }
}
