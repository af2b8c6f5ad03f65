package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LargeObjectsTest {
    /** Keeps all it is given. */
    private static final class Kept implements LargeObjectSink {
        private final Map<Long, LargeObject> heads = new TreeMap<>();
        private final Map<Long, byte[]> contents = new TreeMap<>();
        private ByteArrayOutputStream content;
        private long oid;

        @Override
        public void begin(LargeObject object) {
            oid = object.oid();
            heads.put(oid, object);
            content = new ByteArrayOutputStream();
        }

        @Override
        public void content(byte[] bytes, int offset, int length) {
            content.write(bytes, offset, length);
        }

        @Override
        public void end() {
            contents.put(oid, content.toByteArray());
        }
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }

    private static Database withObjects() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lo_reader')"
                        + " THEN CREATE ROLE lo_reader; END IF; END $$",
                "SELECT lo_from_bytea(1001, '')",
                "SELECT lo_from_bytea(1002, 'small')",
                "SELECT lo_from_bytea(1003, convert_to(repeat('x', 65536), 'UTF8'))",
                "SELECT lo_from_bytea(1004, convert_to(repeat('x', 1048576), 'UTF8'))",
                "SELECT lo_from_bytea(1005, convert_to(repeat('x', 1114113), 'UTF8'))",
                "SELECT lo_create(1006)",
                "SELECT lo_put(1006, 200000, 'y')",
                "COMMENT ON LARGE OBJECT 1002 IS 'it''s small'",
                "GRANT SELECT ON LARGE OBJECT 1002 TO lo_reader WITH GRANT OPTION",
                "GRANT SELECT ON LARGE OBJECT 1002 TO PUBLIC",
                "ALTER LARGE OBJECT 1003 OWNER TO lo_reader");
        return database;
    }

    private static RowDigest read(Snapshot snapshot, LargeObjectSink sink) throws IOException {
        RowDigest digest = RowDigest.EMPTY;
        try (SnapshotWorker worker = snapshot.join()) {
            for (OidRange range : LargeObjects.plan(snapshot, 2)) {
                digest = digest.plus(LargeObjects.read(worker, range, sink));
            }
        }
        return digest;
    }

    @Test
    void contentsOfEachSizeComeWithOwnerGrantsAndComment() throws Exception {
        Database database = withObjects();
        try (Snapshot snapshot = TestSnapshots.take(database)) {
            TestPostgres.run(database, "SELECT lo_put(1002, 0, 'SMALL')", "SELECT lo_unlink(1001)");
            assertThat(LargeObjects.plan(snapshot, 2))
                    .containsExactly(
                            new OidRange(1001, 1002, 2), new OidRange(1003, 1004, 2), new OidRange(1005, 1006, 2));
            Kept kept = new Kept();
            assertThat(read(snapshot, kept).count()).isEqualTo(6);
            assertThat(kept.contents.keySet()).containsExactly(1001L, 1002L, 1003L, 1004L, 1005L, 1006L);
            assertThat(kept.contents.get(1001L)).isEmpty();
            assertThat(kept.contents.get(1002L)).asString().isEqualTo("small");
            assertThat(kept.contents.get(1003L)).isEqualTo(bytes(65536));
            assertThat(kept.contents.get(1004L)).isEqualTo(bytes(1048576));
            assertThat(kept.contents.get(1005L)).isEqualTo(bytes(1114113));
            assertThat(kept.contents.get(1006L))
                    .hasSize(200001)
                    .startsWith(0, 0)
                    .endsWith('y');
            assertThat(kept.heads.get(1003L).owner()).isEqualTo("lo_reader");
            LargeObject small = kept.heads.get(1002L);
            assertThat(small.comment()).contains("it's small");
            assertThat(small.acl())
                    .contains(
                            new Grant("lo_reader", "SELECT", true, "postgres"),
                            new Grant("", "SELECT", false, "postgres"));
            assertThat(kept.heads.get(1001L).acl()).isNull();
        }
    }

    @Test
    void theyComeOutOfAStreamAsTheyWentInAndWithTheSameDigest() throws Exception {
        try (Snapshot snapshot = TestSnapshots.take(withObjects())) {
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            Kept direct = new Kept();
            RowDigest digest = read(snapshot, direct);
            assertThat(read(snapshot, new LargeObjectStream(stream))).isEqualTo(digest);
            Kept streamed = new Kept();
            assertThat(LargeObjectStream.read(new ByteArrayInputStream(stream.toByteArray()), streamed))
                    .isEqualTo(digest);
            assertThat(streamed.heads).isEqualTo(direct.heads);
            streamed.contents.forEach(
                    (oid, content) -> assertThat(content).as("object " + oid).isEqualTo(direct.contents.get(oid)));
        }
    }

    @Test
    void aStreamThatIsCutIsNotRead() throws Exception {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (Snapshot snapshot = TestSnapshots.take(withObjects())) {
            read(snapshot, new LargeObjectStream(stream));
        }
        byte[] whole = stream.toByteArray();
        for (int length : new int[] {1, 3, 10, 100, whole.length / 2, whole.length - 1}) {
            assertThatThrownBy(() ->
                            LargeObjectStream.read(new ByteArrayInputStream(Arrays.copyOf(whole, length)), new Kept()))
                    .as("cut to " + length)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void thoseThatMayNotBeReadAreNamedBeforeAnythingIsRead() throws Exception {
        Database database = withObjects();
        try (TestRole role = TestRole.create()) {
            assertThatThrownBy(() -> TestSnapshots.take(role.login(database)))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("5 large objects")
                    .hasMessageContaining("1001, 1003, 1004, 1005, 1006")
                    .hasMessageContaining("GRANT SELECT ON LARGE OBJECT 1001");
            List<String> grants = new ArrayList<>();
            for (long oid : new long[] {1001, 1003, 1004, 1005, 1006}) {
                grants.add("GRANT SELECT ON LARGE OBJECT " + oid + " TO " + role.name());
            }
            TestPostgres.run(database, grants.toArray(new String[0]));
            try (Snapshot snapshot = TestSnapshots.take(role.login(database))) {
                assertThat(read(snapshot, new Kept()).count()).isEqualTo(6);
            }
            TestPostgres.run(database, "DROP OWNED BY " + role.name());
        }
    }
}
