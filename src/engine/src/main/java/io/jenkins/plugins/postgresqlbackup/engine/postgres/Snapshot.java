package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postgresql.PGConnection;

/**
 * One consistent view of a database that several connections share.
 *
 * <p>Its own connection, the leader, locks all tables first and takes the snapshot then: a TRUNCATE or a rewrite,
 * which is not MVCC-safe, can come in between neither. It must live as long as anybody joins. If it is lost, the snapshot
 * is. Thread-safe, but for {@link #close}, which comes last.
 */
public final class Snapshot implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final String NOT_KNOWN_OR_NOT_ALLOWED = "42";

    private final Database database;
    private final SnapshotSettings settings;
    private final ServerInfo server;
    private final Selection selection;
    private final Look look;
    private final Export export;
    private final SnapshotWorker leader;
    private Horizon horizon;
    private Boolean digestsAgree;

    /** What one look at the catalogue found. */
    private record Look(Choice choice, Inventory inventory, TypeCatalogue catalogue, Set<Long> types) {}

    private record Export(String id, Instant takenAt, long nextTransaction, PendingHorizon horizon) {}

    private Snapshot(
            Database database,
            SnapshotSettings settings,
            ServerInfo server,
            Selection selection,
            Look look,
            Export export,
            SnapshotWorker leader) {
        this.database = database;
        this.settings = settings;
        this.server = server;
        this.selection = selection;
        this.look = look;
        this.export = export;
        this.leader = leader;
    }

    /**
     * Takes a snapshot of what the selection wants.
     *
     * @throws LockedOutException when a table stays locked by others
     * @throws DatabaseException when something wanted may not be read, when tables come and go all the time, behind a
     *     transaction pooler, and when the server cannot be reached
     */
    public static Snapshot take(Database database, Selection selection, SnapshotSettings settings)
            throws DatabaseException {
        Connection connection = database.open("snapshot");
        try {
            TransactionPooler.refuse(connection, database);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET lock_timeout = " + settings.lockWait().toMillis());
            }
            ServerInfo server = ServerQuery.run(connection);
            connection.setAutoCommit(false);
            for (int attempt = 1; attempt <= settings.attempts(); attempt++) {
                Snapshot snapshot = tryOnce(database, selection, settings, server, connection);
                if (snapshot != null) {
                    return snapshot;
                }
                Pause.of(PAUSE.multipliedBy(attempt), "taking a snapshot");
            }
            throw new DatabaseException("Tables are being created, dropped or renamed all the time: after "
                    + settings.attempts() + " attempts no snapshot was had in which they stood still; leave such tables"
                    + " out, or start when there is less going on.");
        } catch (SQLException e) {
            DatabaseException failure = explain(e, connection);
            Connections.close(connection, failure);
            throw failure;
        } catch (DatabaseException | RuntimeException e) {
            Connections.close(connection, e);
            throw e;
        }
    }

    private static DatabaseException explain(SQLException problem, Connection connection) {
        DatabaseException failure = DatabaseException.of(problem, "a snapshot");
        if (!NamesWithoutEncoding.CHARACTER_NOT_IN_REPERTOIRE.equals(problem.getSQLState())) {
            return failure;
        }
        try {
            connection.rollback();
            return NamesWithoutEncoding.error(connection, problem);
        } catch (SQLException e) {
            failure.addSuppressed(e);
            return failure;
        }
    }

    /** Null when tables came, went or changed their names meanwhile. */
    private static Snapshot tryOnce(
            Database database, Selection selection, SnapshotSettings settings, ServerInfo server, Connection connection)
            throws SQLException, DatabaseException {
        Choice first = choose(connection, selection, server);
        connection.rollback();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        }
        try {
            TableLocks.take(connection, first.locks());
        } catch (SQLException e) {
            connection.rollback();
            if (TableLocks.LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw TableLocks.lockedOut(connection, first.locks(), settings.lockWait(), e);
            }
            if (goneMeanwhile(e)) {
                return null;
            }
            throw e;
        }
        Export export = export(connection, database, server);
        Choice second = choose(connection, selection, server);
        if (!identities(first.locks()).containsAll(identities(second.locks()))) {
            connection.rollback();
            return null;
        }
        if (selection.schemas().isEmpty() && !server.superuser()) {
            LargeObjects.refuseUnreadable(connection, server);
        }
        Look look = look(connection, server, second, selection);
        SnapshotWorker leader = SnapshotWorker.leading(connection, server.encoding());
        return new Snapshot(database, settings, server, selection, look, export, leader);
    }

    /** A table or schema that is no more, or a deadlock with somebody who locks in another order. */
    private static boolean goneMeanwhile(SQLException e) {
        return Set.of("42P01", "3F000", "42809", "40P01").contains(String.valueOf(e.getSQLState()));
    }

    private static Choice choose(Connection connection, Selection selection, ServerInfo server)
            throws SQLException, DatabaseException {
        Choice choice = Choice.of(
                selection, server.inRecovery(), RelationQuery.schemas(connection), RelationQuery.run(connection));
        if (!choice.unreadable().isEmpty()) {
            throw Unreadable.error(choice.unreadable(), server.user());
        }
        return choice;
    }

    private record Identity(long oid, TableName name) {}

    private static Set<Identity> identities(List<Relation> relations) {
        Set<Identity> identities = new HashSet<>();
        relations.forEach(relation -> identities.add(new Identity(relation.oid(), relation.name())));
        return identities;
    }

    private static Export export(Connection connection, Database database, ServerInfo server)
            throws SQLException, DatabaseException {
        String id;
        Instant takenAt;
        long nextTransaction;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT pg_export_snapshot(), (extract(epoch FROM clock_timestamp()) * 1000)::bigint,"
                                + " pg_snapshot_xmax(pg_current_snapshot())::text::bigint")) {
            row.next();
            id = row.getString(1);
            takenAt = Instant.ofEpochMilli(row.getLong(2));
            nextTransaction = row.getLong(3);
        }
        return new Export(
                id, takenAt, nextTransaction, PendingHorizon.begin(connection, database, server.inRecovery()));
    }

    private static Look look(Connection connection, ServerInfo server, Choice choice, Selection selection)
            throws SQLException {
        TypeCatalogue catalogue = TypeCatalogue.read(connection);
        TableFingerprints fingerprints = new TableFingerprints(catalogue, server);
        Inventory inventory = inventory(connection, choice, selection, fingerprints);
        return new Look(choice, inventory, catalogue, fingerprints.types());
    }

    private static Inventory inventory(
            Connection connection, Choice choice, Selection selection, TableFingerprints fingerprints)
            throws SQLException {
        Map<Long, List<Column>> columns = RelationQuery.columns(connection);
        Map<Long, RelationQuery.Size> sizes = RelationQuery.sizes(connection, choice.tables());
        List<Table> tables = choice.tables().stream()
                .map(relation -> new Table(
                        relation.oid(),
                        relation.name().schema(),
                        relation.name().name(),
                        choice.kind(relation),
                        columns.getOrDefault(relation.oid(), List.of()),
                        sizes.get(relation.oid()).pages(),
                        sizes.get(relation.oid()).bytes(),
                        relation.persistence() == 'u',
                        relation.heap() && relation.condition().isEmpty(),
                        relation.condition(),
                        choice.loadThrough(relation),
                        sizes.get(relation.oid()).filenode(),
                        fingerprints.of(relation.oid())))
                .sorted(Comparator.comparingLong(Table::bytes).reversed().thenComparing(Table::tableName))
                .toList();
        List<Sequence> sequences = choice.sequences().stream()
                .map(relation -> new Sequence(
                        relation.oid(),
                        relation.name().schema(),
                        relation.name().name()))
                .toList();
        return new Inventory(
                tables,
                sequences,
                MaterializedViewOrder.of(connection, choice.materializedViews()),
                selection.schemas().isEmpty(),
                choice.leftOut());
    }

    /** For {@code SET TRANSACTION SNAPSHOT} and {@code pg_dump --snapshot}. */
    public String id() {
        return export.id();
    }

    public Inventory inventory() {
        return look.inventory();
    }

    /** Waits until the server's log is on disk up to the snapshot. Best asked for last: by then it mostly is. */
    public synchronized Horizon horizon() throws DatabaseException {
        if (horizon == null) {
            horizon = leader.query(
                    "asking for the horizon",
                    connection -> export.horizon().settle(connection, database, settings.flushWait()));
        }
        return horizon;
    }

    /** The 64-bit id of the first transaction that had not begun when this was taken, or a little less. */
    public long nextTransaction() {
        return export.nextTransaction();
    }

    /** Whether {@link SnapshotWorker#serverDigest} can be relied upon with this server: found out by a probe, once. */
    public synchronized boolean digestsAgree() throws DatabaseException {
        if (digestsAgree == null) {
            digestsAgree = probe();
        }
        return digestsAgree;
    }

    private boolean probe() throws DatabaseException {
        try {
            return leader.query("a probe of the server's digests", DigestQuery::agrees);
        } catch (DatabaseException e) {
            if (e.sqlState().orElse("").startsWith(NOT_KNOWN_OR_NOT_ALLOWED)) {
                System.getLogger(Snapshot.class.getName())
                        .log(System.Logger.Level.DEBUG, "The server cannot compute digests", e);
                return false;
            }
            throw e;
        }
    }

    /**
     * To be asked when all rows are read: whether types are still as the snapshot has them. Rows show enums' labels and
     * composites' attributes as they are when they are read, whatever the snapshot.
     *
     * @throws LockedOutException when one was changed, so that rows may not be what the schema says; begin again
     */
    public void requireSameTypes() throws DatabaseException {
        try (Connection connection = database.open("look")) {
            look.catalogue().requireSame(TypeCatalogue.read(connection), look.types());
        } catch (SQLException e) {
            throw DatabaseException.of(e, "looking at the types again");
        }
    }

    public ServerInfo server() {
        return server;
    }

    /** Where the server's log stood right after it was taken, such as {@code 16/B374D848}; empty where a standby does not tell. */
    public Optional<String> lsn() {
        return Optional.ofNullable(export.horizon().lsn());
    }

    /** By the server's clock. */
    public Instant takenAt() {
        return export.takenAt();
    }

    /** Where it was taken. */
    public DatabaseUrl url() {
        return database.url();
    }

    Database database() {
        return database;
    }

    Selection selection() {
        return selection;
    }

    SnapshotSettings settings() {
        return settings;
    }

    /** Left out though no pattern names them, such as partitions of what is left out. */
    List<TableName> excludedToo() {
        return look.choice().excludedToo();
    }

    /** A connection of one's own in this snapshot. It may be used by one thread at a time; whoever joins closes it. */
    public SnapshotWorker join() throws DatabaseException {
        Connection connection = database.open("reader");
        try {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
                        + " SET TRANSACTION SNAPSHOT " + Sql.literal(id()) + ";"
                        + " SET LOCAL lock_timeout = " + settings.lockWait().toMillis());
            }
            return SnapshotWorker.joined(connection, server.encoding());
        } catch (SQLException e) {
            Connections.close(connection, e);
            if ("22023".equals(e.getSQLState()) || "42704".equals(e.getSQLState())) {
                throw new DatabaseException(
                        "The snapshot is lost, because the connection that held it has ended; start again.", e);
            }
            throw DatabaseException.of(e, "joining the snapshot");
        }
    }

    /**
     * The leader's own connection, for tables that a worker cannot lock because somebody else is waiting for them. It
     * may be shared: its methods take turns. It is closed with the snapshot.
     */
    public SnapshotWorker leader() {
        return leader;
    }

    /** The backend process of the leader, for tests that end it. */
    int backend() throws SQLException {
        return leader.connection().unwrap(PGConnection.class).getBackendPID();
    }

    /** Ends the snapshot and lets all locks go. */
    @Override
    public void close() throws DatabaseException {
        leader.end();
    }
}
