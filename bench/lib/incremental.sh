# Sourced by bench/run: what it costs to back up again a database that has changed little, and to restore from that.

again_tools() { backup_tools | tr ' ' '\n' | grep -x -e pgbackup -e restic -e pgbackrest || true; }

# The changes of one round, another place or other rows each time: change_WHAT DATABASE ROUND
change_nothing() { :; }
change_place() {
    psql -X -q -d "$1" -v first="$(($2 * SCALE * 10000))" -v last="$((($2 * 10000 + 1000) * SCALE - 1))" << 'END'
UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid BETWEEN :first AND :last;
END
}
change_random() {
    psql -X -q -d "$1" -v round="$2" << 'END'
UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid % 100 = :round;
UPDATE documents SET document = jsonb_set(document, '{total}', to_jsonb(id % 1000)) WHERE id % 100 = :round;
END
}
change_title() {
    case $1 in
        nothing) echo "Nothing has changed" ;;
        place) echo "1 % of one table has changed in one place" ;;
        random) echo "1 % of all rows have changed at random" ;;
    esac
}

# Each round: a full backup of each tool, then of each kind of change the next backup of each tool. The first round warms up; it goes through a proxy that
# counts what the server sends, and its times do not count.
measure_incrementals() {
    local database=$1 runs=$2 run tool what
    for tool in $(again_tools); do
        OUT=$WORK/again
        "prepare_$tool"
        "backup_$tool" "$database"
        "${COMMAND[@]}" > "$WORK/output" 2>&1 || die "$tool failed: $(tail -n 1 "$WORK/output")"
    done
    start_proxy
    for run in $(seq 0 "$runs"); do
        if [ "$run" = 0 ]; then FROM=$PROXY_PORT; else FROM=; fi
        for tool in $(again_tools); do
            OUT=$WORK/afresh
            rm -rf "${OUT:?}/$tool"
            "prepare_$tool"
            "backup_$tool" "$database"
            take again-full "$tool" "$run"
        done
        for what in nothing place random; do
            "change_$what" "$database" "$((run + 1))"
            for tool in $(again_tools); do
                OUT=$WORK/again
                prepare_again "$tool"
                "again_$tool" "$database"
                take "again-$what" "$tool" "$run"
            done
        done
    done
    FROM=
    OUT=$WORK/out
}

# pgBackRest's configuration names one repository; it is written anew for the other, which has its stanza already.
prepare_again() { if [ "$1" = pgbackrest ]; then prepare_pgbackrest; fi; }

take() {
    local what=$1 tool=$2 run=$3
    settle
    measure "$what" "$tool" "$OUT/$tool"
    if [ "$run" = 0 ]; then
        mkdir -p "$WORK/results/$what-sent"
        mv "$WORK/results/$what/$tool" "$WORK/results/$what-sent/$tool"
    fi
}

start_proxy() {
    "$JAVA" "$HERE/lib/CountingProxy.java" "$PORT" "$WORK/sent" > "$WORK/proxy" 2> "$WORK/proxy.log" &
    PROXY_PID=$!
    local attempt
    for attempt in $(seq 100); do
        PROXY_PORT=$(head -n 1 "$WORK/proxy")
        if [ -n "$PROXY_PORT" ]; then return; fi
        sleep 0.2
    done
    die "The counting proxy did not start: $(tail -n 3 "$WORK/proxy.log")"
}

# The latest of the incremental backups against a full one of the same state, each into a new database.
measure_restores_of_incrementals() {
    local database=$1 runs=$2 run kind
    OUT=$WORK/afresh
    rm -rf "$OUT/pgbackup"
    prepare_pgbackup
    backup_pgbackup "$database"
    "${COMMAND[@]}" > "$WORK/output" 2>&1 || die "pgbackup failed: $(tail -n 1 "$WORK/output")"
    OUT=$WORK/out
    for run in $(seq 0 "$runs"); do
        for kind in full incremental; do
            drop_database copy
            "restore_$kind" copy
            settle
            measure again-restore "$kind" -
            if [ "$run" = 0 ]; then
                check_copy "$database" copy
                rm "$WORK/results/again-restore/$kind"
            fi
        done
    done
    drop_database copy
}

report_incrementals() {
    local what tool base
    echo
    echo "**The same, backed up again.** *Sent* is what the server sent to the client, counted by a proxy in a round of its own; pgBackRest reads files instead. *Stored* includes the manifest."
    echo
    echo "| | | time | of its full | client's CPU | stored | of its full | sent |"
    echo "|---|---|---:|---:|---:|---:|---:|---:|"
    for what in full nothing place random; do
        for tool in $(again_tools); do
            has_result "again-$what" "$tool" || continue
            base=again-full
            printf '| %s | %s | %.2f s | %.2f × | %.1f s | %s | %s | %s |\n' "$(if [ "$what" = full ]; then echo "A full backup"; else change_title "$what"; fi)" "$(again_title "$tool")" \
                "$(median "again-$what" "$tool" 1)" "$(ratio "$(median "again-$what" "$tool" 1)" "$(median $base "$tool" 1)")" "$(median "again-$what" "$tool" 2)" \
                "$(megabytes "$(median "again-$what" "$tool" 4)")" "$(percent "$(median "again-$what" "$tool" 4)" "$(median $base "$tool" 4)")" \
                "$(if [ "$tool" = pgbackrest ]; then echo –; else megabytes "$(median "again-$what-sent" "$tool" 5)"; fi)"
        done
    done
    if has_result again-restore incremental; then
        echo
        echo "Restoring the last of these incremental backups took $(printf '%.1f s' "$(median again-restore incremental 1)"), a full one of the same state $(printf '%.1f s' "$(median again-restore full 1)") ($(printf '%.2f' "$(ratio "$(median again-restore incremental 1)" "$(median again-restore full 1)")") ×)."
    fi
}

again_title() {
    case $1 in
        pgbackup) echo "**pgbackup**" ;;
        restic) echo "restic of a dump" ;;
        pgbackrest) echo "pgBackRest" ;;
    esac
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { print (b > 0 ? a / b : 0) }'; }
percent() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f %%", (b > 0 ? 100 * a / b : 0) }'; }
megabytes() { awk -v m="$1" 'BEGIN { if (m < 1) printf "%.0f kB", m * 1000; else printf "%.1f MB", m }'; }
