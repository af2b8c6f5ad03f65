package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.StringJoiner;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/**
 * A connection that reads in a snapshot. One thread at a time; calls on the leader take turns by themselves.
 *
 * <p>A worker holds locks only for the table it reads, from {@link #tryLock} until the next or {@link #close}. Were it
 * to keep them, a REINDEX could wait for one worker while another waits for that REINDEX.
 */
public final class SnapshotWorker implements AutoCloseable {
    private static final String SAVEPOINT = "SAVEPOINT pgbackup";
    private static final String RELEASE = "ROLLBACK TO SAVEPOINT pgbackup";
    private static final int SEQUENCES_AT_ONCE = 500;

    private final Connection connection;
    private final CopyManager copies;
    private final String encoding;
    private final boolean leader;

    private SnapshotWorker(Connection connection, String encoding, boolean leader) throws SQLException {
        this.connection = connection;
        this.copies = connection.unwrap(PGConnection.class).getCopyAPI();
        this.encoding = encoding;
        this.leader = leader;
        execute(SAVEPOINT);
    }

    static SnapshotWorker leading(Connection connection, String encoding) throws SQLException {
        return new SnapshotWorker(connection, encoding, true);
    }

    static SnapshotWorker joined(Connection connection, String encoding) throws SQLException {
        return new SnapshotWorker(connection, encoding, false);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * Makes sure that this worker can read the table without waiting.
     *
     * @return false when somebody waits for the table, for example to drop it; the leader, which has it locked since
     *     before the snapshot, can read it. The leader always says true
     */
    public synchronized boolean tryLock(Table table) throws DatabaseException {
        if (leader) {
            return true;
        }
        try {
            execute(RELEASE + "; LOCK TABLE ONLY " + table.qualified() + " IN ACCESS SHARE MODE NOWAIT");
            return true;
        } catch (SQLException e) {
            if (TableLocks.LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                return false;
            }
            throw DatabaseException.of(e, "locking " + table.tableName());
        }
    }

    /**
     * Reads the rows of a block range in their order on disk. Each row is one array that comes fresh from the driver.
     *
     * @throws LockedOutException when somebody keeps an index of the table locked for too long
     * @throws IOException what the sink throws; the worker is closed then, because the server still sends rows
     */
    public RowDigest readRows(Table table, BlockRange range, RowSink sink) throws IOException {
        return copyRows(table, TableQuery.rows(table, range, encoding), sink);
    }

    /** {@link #readRows}, but only rows made by transactions that were not decided below the horizon. */
    public RowDigest readYoungRows(Table table, BlockRange range, long horizon, RowSink sink) throws IOException {
        return copyRows(table, TableQuery.youngRows(table, range, horizon, encoding), sink);
    }

    private synchronized RowDigest copyRows(Table table, String copyToStdout, RowSink sink) throws IOException {
        long count = 0;
        long sum = 0;
        try {
            CopyOut copy = copies.copyOut(copyToStdout);
            for (byte[] row; (row = copy.readFromCopy()) != null; count++) {
                int length = row.length - 1;
                if (length < 0 || row[length] != '\n') {
                    throw new DatabaseException("The server sent something that is not a row of " + table.tableName()
                            + "; connect to it directly, without what stands between.");
                }
                sum += RowHash.hash(row, 0, length);
                sink.row(row, 0, length);
            }
            letGo();
            return new RowDigest(count, sum);
        } catch (SQLException e) {
            throw failed(e, "reading " + table.tableName());
        } catch (IOException | RuntimeException e) {
            Connections.close(connection, e);
            throw e;
        }
    }

    /**
     * The addresses of the rows of a block range, in the order of {@link #readRows}: six bytes each, block (four) and
     * line pointer (two), big-endian; see {@link RowAddresses}.
     *
     * @param rows how many rows that was
     */
    public byte[] readAddresses(Table table, BlockRange range, long rows) throws DatabaseException {
        byte[] addresses = copyAddresses(table, TableQuery.addresses(table, range));
        if (addresses.length != rows * RowAddresses.BYTES) {
            throw new DatabaseException("The server gave " + rows + " rows of " + table.tableName() + " (blocks "
                    + range + ") but " + addresses.length / RowAddresses.BYTES
                    + " row addresses in the same snapshot; the table may be damaged: check it with pg_amcheck.");
        }
        return addresses;
    }

    private synchronized byte[] copyAddresses(Table table, String copyToStdout) throws DatabaseException {
        try {
            byte[] addresses = BinaryCopy.value(copies, copyToStdout);
            letGo();
            if (addresses.length % RowAddresses.BYTES != 0) {
                throw new DatabaseException("The server sent something that is no row addresses of " + table.tableName()
                        + "; connect to it directly, without what stands between.");
            }
            return addresses;
        } catch (SQLException e) {
            throw failed(e, "reading the row addresses of " + table.tableName());
        }
    }

    /**
     * Counts the rows of a block range, and those made by transactions that were not decided below a horizon. Both
     * horizons must be less than 2^31 transactions old: ids go round.
     *
     * @param baseHorizon another horizon to count for
     */
    public ChangeCounts countChanges(Table table, BlockRange range, long horizon, OptionalLong baseHorizon)
            throws DatabaseException {
        boolean other = baseHorizon.isPresent() && baseHorizon.getAsLong() != horizon;
        String counts = other
                ? TableQuery.counts(table, range, horizon, baseHorizon.getAsLong())
                : TableQuery.counts(table, range, horizon);
        return query("counting what has changed in " + table.tableName(), c -> {
            try (Statement statement = c.createStatement();
                    ResultSet row = statement.executeQuery(counts)) {
                row.next();
                return new ChangeCounts(row.getLong(1), row.getLong(2), row.getLong(other ? 3 : 2));
            }
        });
    }

    /**
     * The digest of a block range as {@link #readRows} would return it, computed by the server, which sends no rows. It is
     * of use only where {@link Snapshot#digestsAgree} says so.
     */
    public RowDigest serverDigest(Table table, BlockRange range) throws DatabaseException {
        return query("the digest of " + table.tableName(), c -> DigestQuery.run(c, TableQuery.digest(table, range)));
    }

    /**
     * {@link #serverDigest} of a block range, and in the same go the addresses of the rows that {@link #readYoungRows}
     * leaves out.
     */
    public Survey survey(Table table, BlockRange range, long horizon) throws IOException {
        String doing = "surveying what has changed in " + table.tableName();
        List<byte[][]> rows = new ArrayList<>();
        copyBinary(doing, TableQuery.survey(table, range, horizon), rows::add);
        if (rows.size() != 1 || rows.get(0).length != 3 || rows.get(0)[2].length % RowAddresses.BYTES != 0) {
            throw new DatabaseException("The server sent something else than was asked for while " + doing
                    + "; connect to it directly, without what stands between.");
        }
        byte[][] values = rows.get(0);
        String sum = new String(values[1], StandardCharsets.US_ASCII);
        return new Survey(
                DigestQuery.digest(ByteBuffer.wrap(values[0]).getLong(), sum.isEmpty() ? null : new BigDecimal(sum)),
                values[2]);
    }

    /** The leader holds each table's lock anyway; of indexes it must not. */
    private void letGo() throws SQLException {
        if (leader) {
            execute(RELEASE);
        }
    }

    private DatabaseException failed(SQLException problem, String doing) {
        DatabaseException failure = TableLocks.LOCK_NOT_AVAILABLE.equals(problem.getSQLState())
                ? new LockedOutException(
                        "Another session keeps a lock that " + doing + " needs, for longer than was to be waited; let"
                                + " that end, or wait longer.",
                        problem)
                : DatabaseException.of(problem, doing);
        try {
            if (!connection.isClosed()) {
                execute(RELEASE);
            }
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    /** Takes what a binary COPY yields, row by row. */
    @FunctionalInterface
    interface BinaryRows {
        void row(byte[][] values) throws IOException;
    }

    /** Runs a COPY in binary format. */
    synchronized void copyBinary(String doing, String copyToStdout, BinaryRows rows) throws IOException {
        try {
            BinaryCopy copy = new BinaryCopy(copies, copyToStdout);
            for (byte[][] row; (row = copy.next()) != null; ) {
                rows.row(row);
            }
            letGo();
        } catch (SQLException e) {
            throw failed(e, doing);
        } catch (IOException | RuntimeException e) {
            Connections.close(connection, e);
            throw e;
        }
    }

    /** The states of sequences. They are as of now: sequences know no snapshot. */
    public List<SequenceValue> readSequences(List<Sequence> sequences) throws DatabaseException {
        return query("reading the sequences", c -> {
            List<SequenceValue> values = new ArrayList<>();
            try (Statement statement = c.createStatement()) {
                for (int from = 0; from < sequences.size(); from += SEQUENCES_AT_ONCE) {
                    readSome(
                            statement,
                            sequences.subList(from, Math.min(from + SEQUENCES_AT_ONCE, sequences.size())),
                            values);
                }
            }
            return values;
        });
    }

    private static void readSome(Statement statement, List<Sequence> sequences, List<SequenceValue> values)
            throws SQLException {
        StringJoiner query = new StringJoiner(" UNION ALL ");
        for (int i = 0; i < sequences.size(); i++) {
            query.add("SELECT " + i + ", last_value, is_called FROM "
                    + sequences.get(i).qualified());
        }
        try (ResultSet row = statement.executeQuery(query.toString())) {
            while (row.next()) {
                Sequence sequence = sequences.get(row.getInt(1));
                values.add(new SequenceValue(sequence.schema(), sequence.name(), row.getLong(2), row.getBoolean(3)));
            }
        }
    }

    /** A question to the catalogue. */
    @FunctionalInterface
    interface Query<T> {
        T ask(Connection connection) throws SQLException, DatabaseException;
    }

    /** Asks in the snapshot and lets go of all that was locked by asking. */
    synchronized <T> T query(String doing, Query<T> query) throws DatabaseException {
        try {
            T answer = query.ask(connection);
            execute(RELEASE);
            return answer;
        } catch (SQLException e) {
            throw failed(e, doing);
        }
    }

    Connection connection() {
        return connection;
    }

    /** Leaves the snapshot. The leader's stays open until {@link Snapshot#close}. */
    @Override
    public void close() throws DatabaseException {
        if (!leader) {
            end();
        }
    }

    void end() throws DatabaseException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw DatabaseException.of(e, "the end of a connection");
        }
    }
}
