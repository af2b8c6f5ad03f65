package io.jenkins.plugins.postgresqlbackup.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.BlockRange;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ChangeCounts;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Selection;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Snapshot;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SnapshotSettings;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SnapshotWorker;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Table;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/**
 * What tells an incremental backup of changes, on the servers of all versions, also of those whose client programs are not
 * at hand: rows, addresses, counts, young rows and digests, against what a plain COPY says.
 */
final class EveryVersionTest {
    private static final int ROUNDS = 4;
    private static final int OPERATIONS = 15;
    private static final long BLOCKS = 2;
    private static final long OPEN_FROM = 20 * BLOCKS;

    /** The rows of a block range, by their addresses, as they were once read. */
    private record Base(long horizon, long filenode, String fingerprint, Map<Long, String> rows) {}

    private final Map<String, Base> bases = new HashMap<>();
    private int reused;
    private int deltas;

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void whatHasChangedIsTold(int major) throws Exception {
        ClusterHolder holder = ClusterHolder.start(TestPostgres.serverOnly(major));
        holder.create("history");
        try (World world = new World(holder, "history", new Random(major))) {
            assertThat(world.source().server().major()).isEqualTo(major);
            world.run(ModelSchema.filled(world));
            for (int round = 0; round < ROUNDS; round++) {
                look(world.source());
                for (int i = 0; i < OPERATIONS; i++) {
                    Operations.draw(world).action().happen(world);
                }
            }
            look(world.source());
        } finally {
            holder.close();
        }
        assertThat(reused).isPositive();
        assertThat(deltas).isPositive();
    }

    private void look(Database database) throws Exception {
        try (Snapshot snapshot = Snapshot.take(database, Selection.everything(), SnapshotSettings.defaults());
                Connection plain = database.open("plain");
                SnapshotWorker worker = snapshot.join()) {
            assertThat(snapshot.digestsAgree()).isTrue();
            long horizon = snapshot.horizon().xid().orElseThrow();
            Set<String> seen = new HashSet<>();
            for (Table table : snapshot.inventory().tables()) {
                assertThat(worker.tryLock(table)).isTrue();
                List<String> rows = new ArrayList<>();
                for (BlockRange range : ranges(table)) {
                    String key = table.oid() + "/" + range;
                    seen.add(key);
                    Map<Long, String> now = read(worker, table, range);
                    rows.addAll(now.values());
                    Base base = bases.get(key);
                    if (base != null
                            && base.filenode == table.filenode()
                            && table.fingerprint()
                                    .filter(base.fingerprint::equals)
                                    .isPresent()) {
                        compare(worker, table, range, base, now);
                    } else {
                        bases.put(
                                key,
                                new Base(
                                        horizon,
                                        table.filenode(),
                                        table.fingerprint().orElse("none"),
                                        now));
                    }
                }
                assertThat(rows).as(table.name()).containsExactlyInAnyOrderElementsOf(copied(plain, table));
            }
            bases.keySet().retainAll(seen);
        }
    }

    /** Small ones, the same each time, so that there are many to compare. */
    private static List<BlockRange> ranges(Table table) {
        if (!table.blockRanges()) {
            return List.of(BlockRange.WHOLE);
        }
        List<BlockRange> ranges = new ArrayList<>();
        for (long first = 0; first < OPEN_FROM; first += BLOCKS) {
            ranges.add(new BlockRange(first, first + BLOCKS));
        }
        ranges.add(new BlockRange(OPEN_FROM, BlockRange.OPEN));
        return ranges;
    }

    private static Map<Long, String> read(SnapshotWorker worker, Table table, BlockRange range) throws IOException {
        List<String> rows = new ArrayList<>();
        RowDigest digest = worker.readRows(table, range, (row, offset, length) -> rows.add(text(row, offset, length)));
        assertThat(worker.serverDigest(table, range)).as(table.name()).isEqualTo(digest);
        ByteBuffer addresses = ByteBuffer.wrap(worker.readAddresses(table, range, digest.count()));
        Map<Long, String> byAddress = new LinkedHashMap<>();
        rows.forEach(row -> byAddress.put(address(addresses), row));
        return byAddress;
    }

    private static long address(ByteBuffer addresses) {
        return (addresses.getInt() & 0xffffffffL) << 16 | addresses.getShort() & 0xffffL;
    }

    private static String text(byte[] row, int offset, int length) {
        return new String(row, offset, length, StandardCharsets.UTF_8);
    }

    private void compare(SnapshotWorker worker, Table table, BlockRange range, Base base, Map<Long, String> now)
            throws IOException {
        ChangeCounts counts = worker.countChanges(table, range, base.horizon, OptionalLong.empty());
        assertThat(counts.rows()).isEqualTo(now.size());
        if (counts.young() == 0 && counts.rows() == base.rows.size()) {
            reused += now.isEmpty() ? 0 : 1;
            assertThat(now).as("%s %s, unchanged", table.name(), range).isEqualTo(base.rows);
            return;
        }
        List<String> rows = new ArrayList<>();
        ByteBuffer alive =
                ByteBuffer.wrap(worker.survey(table, range, base.horizon).oldAddresses());
        while (alive.hasRemaining()) {
            rows.add(base.rows.get(address(alive)));
        }
        deltas += rows.isEmpty() ? 0 : 1;
        RowDigest young = worker.readYoungRows(
                table, range, base.horizon, (row, offset, length) -> rows.add(text(row, offset, length)));
        assertThat(young.count()).isEqualTo(counts.young());
        assertThat(rows)
                .as("%s %s, by its delta", table.name(), range)
                .containsExactlyInAnyOrderElementsOf(now.values());
    }

    private static List<String> copied(Connection connection, Table table) throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut(
                        "COPY (SELECT " + table.columnList() + " FROM ONLY " + table.qualified() + ") TO STDOUT", text);
        String all = text.toString(StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>();
        for (int from = 0, end; (end = all.indexOf('\n', from)) >= 0; from = end + 1) {
            lines.add(all.substring(from, end));
        }
        return lines;
    }
}
