package io.jenkins.plugins.postgresqlbackup.engine.model;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The database in which each history begins: a small table for each way in which PostgreSQL keeps rows. */
final class ModelSchema {
    private ModelSchema() {}

    /** Roles are the cluster's, so each history has its own, named after its database. */
    static final String SQL = """
            CREATE TYPE color AS ENUM ('red', 'green', 'blue', 'grey');
            CREATE TYPE pair AS (x int, y text);
            CREATE DOMAIN pair_domain AS pair;
            CREATE TYPE color_range AS RANGE (subtype = color);

            CREATE TABLE plain (id int PRIMARY KEY, a int, t text, c cidr, w timestamp, v varchar(40)) WITH (fillfactor = 80);
            CREATE TABLE packed (id bigint PRIMARY KEY, a int, t text, n int);
            CREATE INDEX ON packed (a);
            CREATE TABLE toasted (id int PRIMARY KEY, a int, big text);
            ALTER TABLE toasted ALTER big SET STORAGE EXTERNAL;
            CREATE TABLE parent (id int, t text);
            CREATE TABLE child_a (extra int) INHERITS (parent);
            CREATE TABLE child_b () INHERITS (parent);
            CREATE TABLE parted (id int, k int, t text) PARTITION BY RANGE (k);
            CREATE TABLE parted_0 PARTITION OF parted FOR VALUES FROM (0) TO (100);
            CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (100) TO (200);
            CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (200) TO (300);
            CREATE TABLE parted_3 PARTITION OF parted FOR VALUES FROM (300) TO (400);
            CREATE TABLE hashed (id int, k color, t text) PARTITION BY HASH (k);
            CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER 0);
            CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER 1);
            CREATE TABLE hashed_2 PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER 2);
            CREATE TABLE colored (id int PRIMARY KEY, c color, cs color[], r color_range);
            CREATE TABLE composed (id int PRIMARY KEY, p pair, ps pair[], d pair_domain);
            CREATE TABLE shape (id int, c color);
            CREATE TABLE shaped (id int PRIMARY KEY, s shape);
            CREATE TABLE named (id int PRIMARY KEY, r regclass, rs regclass[]);
            CREATE TABLE granted (id int PRIMARY KEY, acl aclitem[], o regrole);
            CREATE TABLE generated (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a * 2) STORED);
            CREATE TABLE numbered (id serial PRIMARY KEY, t text);
            CREATE SEQUENCE counter;
            CREATE UNLOGGED TABLE fleeting (id int, t text);
            CREATE TABLE bare ();
            CREATE SCHEMA annex;
            CREATE TABLE annex.extra (id int PRIMARY KEY, a int, t text);
            CREATE TABLE extra_0 (id int PRIMARY KEY, a int, t text);
            CREATE TABLE extra_1 (id int PRIMARY KEY, a int, t text);
            CREATE TABLE accounts (id int PRIMARY KEY, balance bigint, filler text) WITH (fillfactor = 80);
            CREATE TABLE ledger (account int, amount bigint);
            INSERT INTO accounts SELECT n, 1000, repeat('x', 60) FROM generate_series(1, 300) n;
            """;

    /** The first rows of every table. */
    static String[] filled(World world) throws SQLException, IOException {
        List<String> statements = new ArrayList<>();
        for (ModelTable table : world.tables()) {
            if (!table.partition()) {
                int count = 50 + world.pick(450);
                statements.add(table.insert(world.ids(count), count, world.role()));
            }
        }
        statements.add(
                "SELECT lo_from_bytea(70000 + n, decode(repeat('ab', n * 1000), 'hex')) FROM generate_series(1, 3) n");
        return statements.toArray(String[]::new);
    }

    /** How many accounts there are; money only moves between them. */
    static final int ACCOUNTS = 300;
}
