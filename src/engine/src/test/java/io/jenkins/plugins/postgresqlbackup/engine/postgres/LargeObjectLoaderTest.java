package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LargeObjectLoaderTest {
    @Test
    void objectsComeBackWithContentOwnerGrantsAndComment() throws Exception {
        TestPostgres.run(
                TestPostgres.server().database("postgres"), "CREATE ROLE loaded_owner", "CREATE ROLE loaded_reader");
        Database database = TestPostgres.newDatabase();
        byte[] content = new byte[2_500_000];
        new Random(1).nextBytes(content);
        try (LargeObjectLoader loader = LargeObjectLoader.open(database, true, true)) {
            load(
                    loader,
                    new LargeObject(
                            4_100_000_001L,
                            "loaded_owner",
                            "it's \\ big",
                            List.of(
                                    new Grant("loaded_owner", "SELECT", false, "loaded_owner"),
                                    new Grant("loaded_reader", "SELECT", true, "loaded_owner"))),
                    content);
            load(loader, new LargeObject(7, "postgres", null, null), new byte[0]);
            load(loader, new LargeObject(8, "nobody of this name", null, null), new byte[] {42});
            loader.commit();

            assertThat(loader.failures()).singleElement().asString().contains("nobody of this name");
        }
        assertThat(TestSql.rows(
                        database,
                        "SELECT oid, lomowner::regrole, lomacl, obj_description(oid, 'pg_largeobject'), md5(lo_get(oid))"
                                + " FROM pg_largeobject_metadata ORDER BY oid"))
                .containsExactly(
                        "7|postgres|null|null|" + md5(new byte[0]),
                        "8|postgres|null|null|" + md5(new byte[] {42}),
                        "4100000001|loaded_owner|{loaded_owner=r/loaded_owner,loaded_reader=r*/loaded_owner}|it's \\ big|"
                                + md5(content));
    }

    private static void load(LargeObjectLoader loader, LargeObject object, byte[] content) throws Exception {
        loader.begin(object);
        for (int at = 0; at < content.length; at += 300_000) {
            loader.content(content, at, Math.min(300_000, content.length - at));
        }
        loader.end();
    }

    private static String md5(byte[] content) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("MD5").digest(content));
    }

    @Test
    void thousandsOfObjectsDoNotExhaustTheLockTable() throws Exception {
        Database database = TestPostgres.newDatabase();
        try (LargeObjectLoader loader = LargeObjectLoader.open(database, true, true)) {
            for (int oid = 1; oid <= 20_000; oid++) {
                load(loader, new LargeObject(oid, "postgres", null, null), new byte[0]);
            }
            loader.commit();
        }
        assertThat(TestSql.rows(database, "SELECT count(*) FROM pg_largeobject_metadata"))
                .containsExactly("20000");
    }

    @Test
    void anOidThatIsTakenIsNotOverwritten() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "SELECT lo_from_bytea(7, 'mine')");
        try (LargeObjectLoader loader = LargeObjectLoader.open(database, true, true)) {
            assertThatThrownBy(() -> load(loader, new LargeObject(7, "postgres", null, null), new byte[0]))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("large object 7");
        }
        assertThat(TestSql.rows(database, "SELECT convert_from(lo_get(7), 'UTF8')"))
                .containsExactly("mine");
    }
}
