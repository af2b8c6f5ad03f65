package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Reads a snapshot's large objects. Memory holds one piece of one object at a time and the heads of one range.
 */
public final class LargeObjects {
    private static final int FIRST_PIECE = 1 << 16;
    private static final int PIECE = 1 << 20;

    private static final String PLAN = """
            SELECT min(oid)::bigint, max(oid)::bigint, count(*)
              FROM (SELECT oid, (row_number() OVER (ORDER BY oid) - 1) / %d AS part
                      FROM pg_largeobject_metadata) o
             GROUP BY part ORDER BY part
            """;

    private static final String HEADS = """
            SELECT m.oid::bigint, r.rolname, m.lomacl IS NOT NULL, obj_description(m.oid, 'pg_largeobject'),
                   e.rolname, g.rolname, a.privilege_type, a.is_grantable
              FROM pg_largeobject_metadata m
              JOIN pg_roles r ON r.oid = m.lomowner
              LEFT JOIN LATERAL aclexplode(m.lomacl) WITH ORDINALITY
                        a(grantor, grantee, privilege_type, is_grantable, n)
                     ON a.grantee = 0 OR EXISTS (SELECT 1 FROM pg_roles x WHERE x.oid = a.grantee)
              LEFT JOIN pg_roles e ON e.oid = a.grantee
              LEFT JOIN pg_roles g ON g.oid = a.grantor
             WHERE m.oid BETWEEN %d AND %d
             ORDER BY m.oid, a.n
            """;

    private static final String READABLE = """
            pg_has_role(m.lomowner, 'USAGE')
              OR current_setting('lo_compat_privileges')::boolean
              OR EXISTS (SELECT 1 FROM aclexplode(m.lomacl) a
                          WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_has_role(a.grantee, 'USAGE')))
            """;
    private static final String UNREADABLE = """
            SELECT count(*), string_agg(u.oid::text, ', ' ORDER BY u.oid) FILTER (WHERE u.n <= 10), min(u.oid)::bigint
              FROM (SELECT m.oid, row_number() OVER (ORDER BY m.oid) AS n
                      FROM pg_largeobject_metadata m WHERE NOT (%s)) u
            """;
    private static final String FIRST_PIECES = """
            COPY (SELECT oid::bigint, lo_get(oid, 0, %d) FROM pg_largeobject_metadata
                   WHERE oid BETWEEN %d AND %d ORDER BY oid) TO STDOUT (FORMAT binary)
            """;
    private static final String NEXT_PIECE = "COPY (SELECT lo_get(%d, %d, %d)) TO STDOUT (FORMAT binary)";

    private LargeObjects() {}

    /**
     * Makes sure that nothing stands in the way of reading them later.
     *
     * @throws DatabaseException with the objects that the role may not read and the statement that helps
     */
    static void refuseUnreadable(Connection connection, ServerInfo server) throws SQLException, DatabaseException {
        String readable = server.major() >= 18 ? "has_largeobject_privilege(m.oid, 'SELECT')" : READABLE;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(UNREADABLE.formatted(readable))) {
            row.next();
            if (row.getLong(1) > 0) {
                throw new DatabaseException("The user '" + server.user() + "' may not read " + row.getLong(1)
                        + " large objects, the first being " + row.getString(2) + ". As owner or administrator run, for"
                        + " each of them: GRANT SELECT ON LARGE OBJECT "
                        + row.getLong(3) + " TO " + Sql.quote(server.user()) + "; Or save chosen schemas only"
                        + " (--schema), without large objects.");
            }
        }
    }

    /** Divides all large objects into ranges of about as many each. */
    public static List<OidRange> plan(Snapshot snapshot, int objectsEach) throws DatabaseException {
        if (!snapshot.inventory().largeObjects()) {
            return List.of();
        }
        return snapshot.leader().query("counting the large objects", connection -> {
            List<OidRange> ranges = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(PLAN.formatted(objectsEach))) {
                while (row.next()) {
                    ranges.add(new OidRange(row.getLong(1), row.getLong(2), row.getLong(3)));
                }
            }
            return ranges;
        });
    }

    /**
     * Gives all objects of a range to a sink: small ones by their oids, then larger ones by theirs.
     *
     * @return how many they are, and the sum over them of {@link LargeObjectDigest}
     */
    public static RowDigest read(SnapshotWorker worker, OidRange range, LargeObjectSink sink) throws IOException {
        List<LargeObject> heads = worker.query("reading large objects", connection -> heads(connection, range));
        Small small = new Small(heads, sink);
        worker.copyBinary(
                "reading large objects", FIRST_PIECES.formatted(FIRST_PIECE, range.first(), range.last()), small);
        RowDigest digest = small.digest;
        for (LargeObject object : small.larger) {
            digest = digest.plus(readPieces(worker, object, sink));
        }
        return digest;
    }

    /** Passes on the objects that are complete with their first piece; the others wait until the connection is free. */
    private static final class Small implements SnapshotWorker.BinaryRows {
        private final Iterator<LargeObject> heads;
        private final LargeObjectSink sink;
        private final List<LargeObject> larger = new ArrayList<>();
        private RowDigest digest = RowDigest.EMPTY;

        Small(List<LargeObject> heads, LargeObjectSink sink) {
            this.heads = heads.iterator();
            this.sink = sink;
        }

        @Override
        public void row(byte[][] values) throws IOException {
            LargeObject object = heads.next();
            byte[] content = values[1];
            if (ByteBuffer.wrap(values[0]).getLong() != object.oid()) {
                throw new DatabaseException("The large objects changed within a snapshot at " + object.oid()
                        + "; the catalogue may be damaged: check it with pg_amcheck.");
            }
            if (content.length == FIRST_PIECE) {
                larger.add(object);
                return;
            }
            LargeObjectDigest one = new LargeObjectDigest(object.oid());
            sink.begin(object);
            if (content.length > 0) {
                one.add(content, 0, content.length);
                sink.content(content, 0, content.length);
            }
            sink.end();
            digest = digest.plus(one.finish());
        }
    }

    private static RowDigest readPieces(SnapshotWorker worker, LargeObject object, LargeObjectSink sink)
            throws IOException {
        LargeObjectDigest digest = new LargeObjectDigest(object.oid());
        sink.begin(object);
        int[] length = {PIECE};
        for (long offset = 0; length[0] == PIECE; offset += PIECE) {
            String piece = NEXT_PIECE.formatted(object.oid(), offset, PIECE);
            worker.copyBinary("reading large object " + object.oid(), piece, values -> {
                length[0] = values[0].length;
                if (length[0] > 0) {
                    digest.add(values[0], 0, length[0]);
                    sink.content(values[0], 0, length[0]);
                }
            });
        }
        sink.end();
        return digest.finish();
    }

    private static List<LargeObject> heads(Connection connection, OidRange range) throws SQLException {
        List<LargeObject> heads = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(HEADS.formatted(range.first(), range.last()))) {
            List<Grant> acl = new ArrayList<>();
            while (row.next()) {
                long oid = row.getLong(1);
                if (heads.isEmpty() || heads.get(heads.size() - 1).oid() != oid) {
                    heads.add(new LargeObject(
                            oid, row.getString(2), row.getString(4), row.getBoolean(3) ? List.of() : null));
                    acl = new ArrayList<>();
                }
                if (row.getString(7) != null) {
                    acl.add(new Grant(
                            orEmpty(row.getString(5)), row.getString(7), row.getBoolean(8), orEmpty(row.getString(6))));
                    heads.set(heads.size() - 1, new LargeObject(oid, row.getString(2), row.getString(4), acl));
                }
            }
        }
        return heads;
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
