# Sourced by bench/run: times whole processes and keeps the figures, a line for each run:
#   <seconds> <user + system CPU seconds> <peak resident MB of its largest process> <MB added to what is stored> <MB sent by the server, where counted>
# in results/<what>/<tool>.

# measure WHAT TOOL PLACE: runs COMMAND; PLACE is what it stores into, measured before and afterwards ("-": nothing).
measure() {
    local what=$1 tool=$2 place=$3 seconds user system rss before=0 stored=0 sent=0
    if [ "$place" != - ]; then before=$(bytes_in "$place"); fi
    if [ -n "${FROM:-}" ]; then rm -f "$WORK/sent"; fi
    if ! (cd / && exec /usr/bin/time -o "$WORK/time" -f '%e %U %S %M' "${COMMAND[@]}") > "$WORK/output" 2>&1; then
        tail -n 20 "$WORK/output" >&2
        die "$tool failed ($what); its last words are above."
    fi
    read -r seconds user system rss < <(tail -n 1 "$WORK/time")
    if [ "$place" != - ]; then stored=$(($(bytes_in "$place") - before)); fi
    if [ -n "${FROM:-}" ]; then
        sleep 0.5 # until the proxy has noted the end of the last connection
        sent=$(awk '{ s += $1 } END { print s + 0 }' "$WORK/sent" 2> /dev/null || echo 0)
    fi
    mkdir -p "$WORK/results/$what"
    awk -v s="$seconds" -v u="$user" -v y="$system" -v r="$rss" -v b="$stored" -v n="$sent" \
        'BEGIN { printf "%.2f %.2f %.0f %.3f %.3f\n", s, u + y, r / 1024, b / 1e6, n / 1e6 }' >> "$WORK/results/$what/$tool"
    say "$what: $tool: $(tail -n 1 "$WORK/results/$what/$tool") (seconds, CPU seconds, peak MB, stored MB, sent MB)"
}

# The bytes of all files in a directory that need not be there.
bytes_in() { find "$1" -type f -printf '%s\n' 2> /dev/null | awk '{ s += $1 } END { printf "%d", s }'; }

# The median of one column: median WHAT TOOL COLUMN
median() {
    cut -d ' ' -f "$3" "$WORK/results/$1/$2" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

has_result() { [ -f "$WORK/results/$1/$2" ]; }

# The bytes of all rows as COPY text: what "raw" means.
raw_bytes() { pg_dump -a -d "$1" | wc -c; }

note_sizes() {
    raw_bytes "$1" > "$WORK/results/$1.raw"
    psql -X -A -t -d "$1" -c 'SELECT pg_database_size(current_database())' > "$WORK/results/$1.size"
}

# Each tool in turn, so that a slow minute of the machine hits all alike; the first round warms up and does not count.
measure_backups() {
    local database=$1 runs=$2 run tool
    for run in $(seq 0 "$runs"); do
        for tool in $(backup_tools); do
            rm -rf "$OUT/$tool"
            "prepare_$tool"
            "backup_$tool" "$database"
            settle
            measure "backup-$database" "$tool" "$OUT/$tool"
            if [ "$run" = 0 ]; then rm "$WORK/results/backup-$database/$tool"; fi
        done
    done
}

measure_restores() {
    local database=$1 runs=$2 run tool
    for run in $(seq 0 "$runs"); do
        for tool in $(restore_tools); do
            drop_database copy
            "restore_$tool" copy
            settle
            measure "restore-$database" "$tool" -
            if [ "$run" = 0 ]; then
                check_copy "$database" copy
                rm "$WORK/results/restore-$database/$tool"
            fi
        done
    done
    drop_database copy
}

measure_verify() {
    local database=$1 runs=$2 run
    for run in $(seq 1 "$runs"); do
        verify_pgbackup
        measure "verify-$database" pgbackup -
    done
}

# A fast restore that lost rows would be no result.
check_copy() {
    local database=$1 copy=$2 table
    for table in $(psql -X -A -t -d "$database" -c "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'"); do
        [ "$(digest_of "$database" "$table")" = "$(digest_of "$copy" "$table")" ] || die "$table in the restored database is not what it was."
    done
}

digest_of() { psql -X -A -t -d "$1" -c "SELECT count(*), sum(hashtextextended(t::text, 0)) FROM $2 AS t"; }
