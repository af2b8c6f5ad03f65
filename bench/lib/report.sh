# Sourced by bench/run: the figures as Markdown, and into docs/performance.md.

report() {
    echo "Measured on $(date -u +%Y-%m-%d): $(nproc) cores ($(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)), $(awk '/MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo) of memory, $("$BIN/postgres" --version), $(java_in_words)."
    echo "Medians of $RUNS runs, in turns, after one to warm up. Client and server share the machine. The server: $(join_settings), everything else as it comes (fsync on). pgbackup runs with a heap of 256 MB; its peak memory is that of the whole process."
    if wanted full || wanted restore || wanted verify || wanted incremental; then
        echo
        echo "**pgbench scale $SCALE and a table of $DOCUMENTS JSON documents** ($(in_mb "$(cat "$WORK/results/mixed.size")") MB in the server, $(in_mb "$(cat "$WORK/results/mixed.raw")") MB as rows of text)"
        if [ -d "$WORK/results/backup-mixed" ]; then table_of backup-mixed "stored"; fi
        if [ -d "$WORK/results/restore-mixed" ]; then
            echo
            echo "**The same, restored into a new database**, with its indexes"
            table_of restore-mixed ""
        fi
        if [ -d "$WORK/results/verify-mixed" ]; then verify_line; fi
    fi
    if wanted incremental; then report_incrementals; fi
    if wanted single; then
        echo
        echo "**One single table** of $EVENTS rows ($(in_mb "$(cat "$WORK/results/single.size")") MB in the server, $(in_mb "$(cat "$WORK/results/single.raw")") MB as rows of text)"
        table_of backup-single "stored"
    fi
}

java_in_words() { if [ -n "${JAVA:-}" ]; then "$JAVA" -version 2>&1 | head -n 1; else echo "no Java"; fi; }
join_settings() { printf '%s, ' "${SETTINGS[@]}" | sed 's/, $//'; }
in_mb() { awk -v b="$1" 'BEGIN { printf "%.0f", b / 1e6 }'; }

# table_of WHAT "stored"|"": one row a tool, against pg_dump's or pg_restore's time.
table_of() {
    local what=$1 stored=$2 tool base
    base=$(median "$what" pg_dump 1)
    echo
    if [ -n "$stored" ]; then
        echo "| | time | of pg_dump's | client's CPU | peak memory | stored |"
        echo "|---|---:|---:|---:|---:|---:|"
    else
        echo "| | time | of pg_restore's | client's CPU | peak memory |"
        echo "|---|---:|---:|---:|---:|"
    fi
    for tool in $(backup_tools); do
        has_result "$what" "$tool" || continue
        printf '| %s | %.1f s | %.2f × | %.1f s | %.0f MB |' "$(row_title "$what" "$tool")" "$(median "$what" "$tool" 1)" \
            "$(awk -v a="$(median "$what" "$tool" 1)" -v b="$base" 'BEGIN { print a / b }')" "$(median "$what" "$tool" 2)" "$(median "$what" "$tool" 3)"
        if [ -n "$stored" ]; then printf ' %.0f MB |' "$(median "$what" "$tool" 4)"; fi
        echo
    done
}

row_title() {
    case $1/$2 in
        restore-*/pg_dump) echo "\`pg_restore -j2\`" ;;
        restore-*/pgbackup) echo "**\`pgbackup restore --create --jobs 2\`**" ;;
        *) title "$2" ;;
    esac
}

verify_line() {
    local seconds cpu raw
    seconds=$(median verify-mixed pgbackup 1)
    cpu=$(median verify-mixed pgbackup 2)
    raw=$(cat "$WORK/results/mixed.raw")
    echo
    awk -v s="$seconds" -v c="$cpu" -v r="$raw" -v m="$(median verify-mixed pgbackup 3)" \
        'BEGIN { printf "**`pgbackup verify --level content`** of it: %.1f s, %.1f s of CPU: %.0f MB of rows a second of CPU, peak memory %.0f MB.\n", s, c, r / 1e6 / c, m }'
}

# Puts the report between the markers, and leaves the rest of the page alone.
publish() {
    local report=$1 page=$2
    grep -q '^<!-- bench:begin' "$page" && grep -q '^<!-- bench:end' "$page" || die "$page has no markers <!-- bench:begin --> and <!-- bench:end -->."
    awk -v report="$report" '
        /^<!-- bench:begin/ { print; while ((getline line < report) > 0) print line; inside = 1 }
        /^<!-- bench:end/ { inside = 0 }
        !inside { if (!/^<!-- bench:begin/) print }' "$page" > "$page.new"
    mv "$page.new" "$page"
    say "wrote $page"
}
