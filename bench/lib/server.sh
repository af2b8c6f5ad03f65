# Sourced by bench/run: a private PostgreSQL server with sensible settings, and the databases that are measured.

# The same for every tool. Nothing that a production server would not have: fsync stays on, WAL is written in full.
SETTINGS=(
    shared_buffers=1GB
    maintenance_work_mem=256MB
    max_wal_size=8GB
    checkpoint_timeout=30min
    autovacuum=off
    archive_mode=on
    archive_command=/bin/true
    max_wal_senders=4
)

need_server_programs() {
    BIN=${PGBACKUP_BENCH_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -n 1)}
    if [ -z "$BIN" ] || [ ! -x "$BIN/initdb" ]; then
        provide "A PostgreSQL server" postgresql
        BIN=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    fi
    [ -x "$BIN/pgbench" ] || die "$BIN has no pgbench; name a directory with all of PostgreSQL's programs by PGBACKUP_BENCH_BIN."
    PATH=$BIN:$PATH
}

# PostgreSQL refuses to run as root; as root its programs run as postgres.
as_server() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups "$@")
    else
        "$@"
    fi
}

make_work_directory() {
    WORK=$(mktemp -d "${PGBACKUP_BENCH_DIR:-/var/tmp}/pgbackup-bench.XXXXXXXX")
    chmod 755 "$WORK"
    mkdir -m 700 "$WORK/server"
    OUT=$WORK/out
    mkdir "$OUT" "$WORK/again" "$WORK/afresh" "$WORK/results"
    if [ "$(id -u)" = 0 ]; then chown postgres: "$WORK/server" "$OUT" "$WORK/again" "$WORK/afresh"; fi
    local free
    free=$(df --output=avail -k "$WORK" | tail -n 1)
    [ "$SCALE" -lt 100 ] || [ "$free" -gt 15000000 ] || die "There are less than 15 GB free in $WORK; name another place by PGBACKUP_BENCH_DIR."
}

start_server() {
    local setting options=()
    head -c 18 /dev/urandom | base64 > "$WORK/password"
    PORT=$(free_port)
    (umask 077 && printf '127.0.0.1:*:*:postgres:%s\n' "$(cat "$WORK/password")" > "$WORK/pgpass")
    if [ "$(id -u)" = 0 ]; then chown postgres: "$WORK/password"; fi
    export PGHOST=127.0.0.1 PGPORT=$PORT PGUSER=postgres PGPASSFILE=$WORK/pgpass PGAPPNAME=bench PGOPTIONS="-c client_min_messages=warning"
    as_server "$BIN/initdb" -D "$WORK/server/data" -U postgres --pwfile="$WORK/password" --auth-host=scram-sha-256 --auth-local=trust -E UTF8 --locale=C > "$WORK/initdb.log"
    rm -f "$WORK/password"
    for setting in "${SETTINGS[@]}" "port=$PORT" "unix_socket_directories=$WORK/server" listen_addresses=127.0.0.1; do
        options+=(-c "$setting")
    done
    as_server "$BIN/pg_ctl" -D "$WORK/server/data" -l "$WORK/server/log" -w -o "${options[*]}" start > /dev/null
    STARTED=yes
}

free_port() {
    local port
    for port in $(shuf -i 20000-29999 -n 50); do
        if ! (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
            echo "$port"
            return
        fi
    done
    die "No free port was found."
}

clean_up() {
    local code=$?
    if [ -n "${S3_PID:-}" ]; then kill "$S3_PID" 2> /dev/null || true; fi
    if [ -n "${PROXY_PID:-}" ]; then kill "$PROXY_PID" 2> /dev/null || true; fi
    if [ "${STARTED:-no}" = yes ]; then
        as_server "$BIN/pg_ctl" -D "$WORK/server/data" -m immediate -w stop > /dev/null || true
    fi
    if [ -n "${WORK:-}" ]; then rm -rf "$WORK"; fi
    exit "$code"
}

# Everything written so far goes to disk first, so that no measurement pays for what was done before it.
settle() {
    psql -X -q -d postgres -c CHECKPOINT
    sync
}

drop_database() { psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $1"; }

# pgbench's tables (1.5 GB at scale 100) and 600 MB of JSON documents.
make_mixed_database() {
    createdb -T template0 mixed
    pgbench -q -i -s "$SCALE" -d mixed 2> "$WORK/pgbench.log"
    psql -X -q -o /dev/null -d mixed -v ON_ERROR_STOP=1 -v documents="$DOCUMENTS" << 'END'
SELECT setseed(0.5);
CREATE TABLE documents (id bigint PRIMARY KEY, at timestamptz NOT NULL, document jsonb NOT NULL);
INSERT INTO documents
  SELECT n, '2024-01-01 00:00:00+00'::timestamptz + n * interval '7 seconds',
         jsonb_build_object('customer', 'customer ' || n % 50000, 'total', round((random() * 1000)::numeric, 2), 'paid', n % 3 = 0,
                            'reference', md5(n::text), 'address', jsonb_build_object('street', 'Street ' || n % 977, 'city', 'City ' || n % 211, 'zip', n % 99999),
                            'lines', jsonb_build_array(jsonb_build_object('sku', 'SKU-' || n % 4999, 'count', 1 + n % 7), jsonb_build_object('sku', 'SKU-' || n % 3001, 'count', 2)),
                            'note', CASE WHEN n % 4 = 0 THEN repeat('please ring twice ', 1 + n % 5) END)
    FROM generate_series(1, :documents) AS n;
CREATE INDEX ON documents (at);
VACUUM (ANALYZE) documents;
END
}

# One table of 1.5 GB: what one worker per table cannot split.
make_single_database() {
    createdb -T template0 single
    psql -X -q -o /dev/null -d single -v ON_ERROR_STOP=1 -v events="$EVENTS" << 'END'
SELECT setseed(0.5);
CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, customer int NOT NULL, kind text NOT NULL, amount numeric(12, 2), note text);
INSERT INTO events
  SELECT n, '2024-01-01 00:00:00+00'::timestamptz + n * interval '1 second', (random() * 100000)::int, (ARRAY['view', 'click', 'order', 'payment'])[1 + n % 4],
         round((random() * 10000)::numeric, 2), 'session ' || md5((n / 5)::text) || ' item ' || n % 7919
    FROM generate_series(1, :events) AS n;
VACUUM (ANALYZE) events;
END
}
