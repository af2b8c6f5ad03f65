# Sourced by bench/run: how each tool is called. backup_TOOL, again_TOOL (the next backup, of what has changed) and restore_TOOL set COMMAND, the process
# that is timed; prepare_TOOL does beforehand what is no part of a backup. Whatever a tool stores goes to $OUT/TOOL; it reads from port $FROM.

# What pgBackRest and restic encrypt with, and pgbackup (32 bytes in hex): nothing here is a secret.
BENCH_KEY=62656e63686d61726b206b65792c206e6f7468696e6720697320736563726574

backup_tools() {
    echo pg_dump
    if [ "$PGBACKUP" = yes ]; then echo pgbackup pgbackup_zstd3; fi
    if [ "${S3:-no}" = yes ]; then echo pgbackup_s3; fi
    if [ "$PEERS" = yes ]; then
        if command -v restic > /dev/null; then echo restic; fi
        if command -v pgbackrest > /dev/null; then echo pgbackrest; fi
    fi
}

restore_tools() {
    echo pg_dump
    if [ "$PGBACKUP" = yes ]; then echo pgbackup; fi
}

title() {
    case $1 in
        pg_dump) echo "\`pg_dump -Fd -j2 -Z1\` (not encrypted)" ;;
        pgbackup) echo "**\`pgbackup full --jobs 2\`** (zstd:1, AES-256-GCM, row digests)" ;;
        pgbackup_zstd3) echo "\`pgbackup full --jobs 2 --compression zstd:3\`" ;;
        pgbackup_s3) echo "\`pgbackup full --jobs 2\` to an S3 server (S3Proxy on the same machine, sharing its cores)" ;;
        restic) echo "\`pg_dump -Fd -j2 -Z0\`, then \`restic backup\`" ;;
        pgbackrest) echo "\`pgbackrest backup\` (zst 3, AES-256-CBC, 2 processes; the whole cluster)" ;;
    esac
}

url() { echo "postgresql://postgres@127.0.0.1:$PORT/$1"; }
source_url() { echo "postgresql://postgres@127.0.0.1:${FROM:-$PORT}/$1"; }

prepare_pg_dump() { :; }
backup_pg_dump() { COMMAND=("$BIN/pg_dump" -Fd -j2 -Z1 -d "$1" -f "$OUT/pg_dump"); }
restore_pg_dump() {
    createdb -T template0 "$1"
    COMMAND=("$BIN/pg_restore" -j2 -d "$1" "$OUT/pg_dump")
}

# A repository is made once and used every night: making it is not measured.
prepare_pgbackup() { make_repository "file:$OUT/pgbackup"; }
make_repository() {
    export BACKUP_ENCRYPTION_KEY=$BENCH_KEY
    "$ROOT/bin/pgbackup" init --quiet --repository "$1" > "$WORK/output" 2>&1 || die "No repository was made at $1: $(tail -n 1 "$WORK/output")"
}
backup_pgbackup() { COMMAND=("$ROOT/bin/pgbackup" full --database "$(source_url "$1")" --repository "file:$OUT/pgbackup" --jobs 2); }
restore_pgbackup() {
    COMMAND=("$ROOT/bin/pgbackup" restore latest --repository "file:$OUT/pgbackup" --to "$(url "$1")" --create --jobs 2)
}
# Restores one of two backups: the latest of the incremental ones, or a full one of the same state.
restore_incremental() { restore_from "$WORK/again" "$1"; }
restore_full() { restore_from "$WORK/afresh" "$1"; }
restore_from() {
    COMMAND=("$ROOT/bin/pgbackup" restore latest --repository "file:$1/pgbackup" --to "$(url "$2")" --create --jobs 2)
}
again_pgbackup() { COMMAND=("$ROOT/bin/pgbackup" incremental --database "$(source_url "$1")" --repository "file:$OUT/pgbackup" --jobs 2); }
verify_pgbackup() { COMMAND=("$ROOT/bin/pgbackup" verify latest --repository "file:$OUT/pgbackup" --level content); }

prepare_pgbackup_zstd3() { make_repository "file:$OUT/pgbackup_zstd3"; }
backup_pgbackup_zstd3() {
    COMMAND=("$ROOT/bin/pgbackup" full --database "$(source_url "$1")" --repository "file:$OUT/pgbackup_zstd3" --jobs 2 --compression zstd:3)
}

# A server that speaks S3, on this machine; what it is given lies in a directory.
start_s3() {
    local jar
    jar=$(ls "$ROOT"/src/engine/target/servers/s3proxy.jar 2> /dev/null) \
        || die "There is no S3 server; src/engine's tests fetch one: mvn -DengineOnly -pl src/engine -am generate-test-resources."
    S3_PORT=$(free_port)
    mkdir -p "$OUT/pgbackup_s3/backups"
    cat > "$WORK/s3proxy.conf" << END
s3proxy.endpoint=http://127.0.0.1:$S3_PORT
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity=bench
s3proxy.credential=$BENCH_KEY
jclouds.provider=filesystem-nio2
jclouds.identity=local
jclouds.credential=local
jclouds.filesystem.basedir=$OUT/pgbackup_s3
END
    "$JAVA" -Xmx256m -jar "$jar" --properties "$WORK/s3proxy.conf" > "$WORK/s3proxy.log" 2>&1 &
    S3_PID=$!
    local attempt
    for attempt in $(seq 100); do
        if (exec 3<> "/dev/tcp/127.0.0.1/$S3_PORT") 2> /dev/null; then return; fi
        sleep 0.2
    done
    die "The S3 server did not start: $(tail -n 3 "$WORK/s3proxy.log")"
}

prepare_pgbackup_s3() {
    export AWS_ACCESS_KEY_ID=bench AWS_SECRET_ACCESS_KEY=$BENCH_KEY
    mkdir -p "$OUT/pgbackup_s3/backups"
    make_repository "$(s3_url)"
}
s3_url() { echo "s3://backups/bench?endpoint=http://127.0.0.1:$S3_PORT"; }
backup_pgbackup_s3() {
    COMMAND=("$ROOT/bin/pgbackup" full --database "$(source_url "$1")" --repository "$(s3_url)" --jobs 2)
}

# The dump in between lies beside the repository and is not counted as stored.
prepare_restic() {
    rm -rf "$WORK/restic-dump"
    RESTIC_PASSWORD=$BENCH_KEY restic -q --no-cache -r "$OUT/restic" init
}
again_restic() {
    rm -rf "$WORK/restic-dump"
    backup_restic "$1"
}
backup_restic() {
    COMMAND=(env "RESTIC_PASSWORD=$BENCH_KEY" "PGPORT=${FROM:-$PORT}" bash -c '"$0" -Fd -j2 -Z0 -d "$1" -f "$2" && restic -q --no-cache -r "$3" backup "$2"'
        "$BIN/pg_dump" "$1" "$WORK/restic-dump" "$OUT/restic")
}

prepare_pgbackrest() {
    local where=$OUT/pgbackrest
    install -d -m 700 "$where" "$OUT/pgbackrest-lock"
    if [ "$(id -u)" = 0 ]; then chown postgres: "$where" "$OUT/pgbackrest-lock"; fi
    cat > "$WORK/pgbackrest.conf" << END
[global]
repo1-path=$where
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass=$BENCH_KEY
compress-type=zst
compress-level=3
process-max=2
start-fast=y
archive-check=n
lock-path=$OUT/pgbackrest-lock
log-level-file=off
log-level-console=warn
[bench]
pg1-path=$WORK/server/data
pg1-port=$PORT
pg1-socket-path=$WORK/server
pg1-user=postgres
END
    as_server pgbackrest --config="$WORK/pgbackrest.conf" --stanza=bench stanza-create
}
backup_pgbackrest() { pgbackrest_of_type full; }
again_pgbackrest() { pgbackrest_of_type incr; }
pgbackrest_of_type() {
    COMMAND=(pgbackrest --config="$WORK/pgbackrest.conf" --stanza=bench --type="$1" backup)
    if [ "$(id -u)" = 0 ]; then COMMAND=(setpriv --reuid=postgres --regid=postgres --init-groups "${COMMAND[@]}"); fi
}
