# Shared by the commands in bin/: finds what they need, and says what is missing and how to get it.
# Sourced, never run. Sets ROOT, JAVA (the java program) and JAVA_HOME.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
NEEDED_JAVA=17
NEEDED_MAVEN=3.8.7
# What the plugin's parent wants, and what is fetched where an older one is installed.
NEEDED_MAVEN_OF_PLUGIN=3.9.6
FETCHED_MAVEN=3.9.16

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() {
    say "$@"
    exit 1
}

# Installs Debian packages as root; otherwise says the command that does it, and fails.
#   provide WHAT-IS-MISSING PACKAGE…
provide() {
    local missing=$1
    shift
    if ! command -v apt-get > /dev/null; then
        die "$missing is missing; install it (on Debian: apt-get install $*) and run this again."
    elif [ "$(id -u)" != 0 ]; then
        die "$missing is missing; install it with: sudo apt-get install $*"
    fi
    say "$missing is missing; installing $*"
    local log
    log=$(mktemp)
    if ! apt_install "$@" > "$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die "apt-get could not install $*; install it and run this again."
    fi
    rm -f "$log"
}

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y --no-install-recommends "$@" || { apt-get update && apt-get install -y --no-install-recommends "$@"; }
}

# The major version of a java program: 17 of "17.0.15".
java_major() { "$1" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1; }

is_new_enough_java() {
    local major
    major=$(java_major "$1")
    [ -n "$major" ] && [ "$major" -ge "$NEEDED_JAVA" ]
}

# JAVA_HOME's java if it is there and new enough, else the PATH's.
find_java() {
    local candidate
    for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || true)"; do
        if [ -n "$candidate" ] && [ -x "$candidate" ] && is_new_enough_java "$candidate"; then
            JAVA=$candidate
            return 0
        fi
    done
    return 1
}

need_java() {
    find_java || {
        provide "Java $NEEDED_JAVA or newer" default-jdk-headless
        find_java || die "Java $NEEDED_JAVA or newer is not to be found; put it on the PATH or name it by JAVA_HOME."
    }
}

# To build, the compiler too.
need_jdk() {
    need_java
    local home
    home=$(dirname "$(dirname "$(readlink -f "$JAVA")")")
    if [ ! -x "$home/bin/javac" ]; then
        provide "A JDK (there is only a Java runtime in $home)" default-jdk-headless
        unset JAVA_HOME
        JAVA=$(command -v java)
        home=$(dirname "$(dirname "$(readlink -f "$JAVA")")")
        [ -x "$home/bin/javac" ] || die "There is no compiler in $home; name a JDK by JAVA_HOME."
    fi
    export JAVA_HOME=$home
}

# Is version $1 at least version $2?
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# Sets MVN, the program, and MAVEN_VERSION.
need_maven() {
    command -v mvn > /dev/null || provide "Maven" maven
    MVN=mvn
    MAVEN_VERSION=$(mvn -B -v 2> /dev/null | sed -n 's/.*Apache Maven \([0-9.]*\).*/\1/p' | head -n 1)
    [ -n "$MAVEN_VERSION" ] || die "\"mvn -v\" does not say its version; is Maven whole?"
    at_least "$MAVEN_VERSION" "$NEEDED_MAVEN" || die "Maven $MAVEN_VERSION is too old; $NEEDED_MAVEN or newer is needed."
}

# A Maven that is new enough for the plugin: the installed one, else one from Maven Central, below target/.
need_maven_of_plugin() {
    at_least "$MAVEN_VERSION" "$NEEDED_MAVEN_OF_PLUGIN" && return
    local home=$ROOT/target/maven/apache-maven-$FETCHED_MAVEN
    if [ ! -x "$home/bin/mvn" ]; then
        say "the plugin's build needs Maven $NEEDED_MAVEN_OF_PLUGIN or newer; fetching $FETCHED_MAVEN, once"
        local fresh
        mkdir -p "$ROOT/target/maven"
        fresh=$(mktemp -d "$ROOT/target/maven/fresh.XXXXXX")
        maven -N -q -DengineOnly dependency:copy -Dartifact="org.apache.maven:apache-maven:$FETCHED_MAVEN:tar.gz:bin" -DoutputDirectory="$fresh" 1>&2 \
            || die "Maven $FETCHED_MAVEN could not be fetched; install Maven $NEEDED_MAVEN_OF_PLUGIN or newer and run this again."
        tar -xzf "$fresh/apache-maven-$FETCHED_MAVEN-bin.tar.gz" -C "$fresh"
        # Another run may have been quicker; theirs is as good.
        mv -T "$fresh/apache-maven-$FETCHED_MAVEN" "$home" 2> /dev/null || [ -x "$home/bin/mvn" ]
        rm -rf "$fresh"
    fi
    MVN=$home/bin/mvn
    MAVEN_VERSION=$FETCHED_MAVEN
}

# Does the plugin's build find all that it needs? Its parent, its Maven plugins and half of its libraries are not on Maven Central. The proof is a build
# without tests; it is remembered until a POM changes. Whether it is so or not, one line says what follows. A build that fails for another reason is none
# of this function's business: it says yes, and the build that comes next tells.
plugin_resolves() {
    PLUGIN_PROOF=$ROOT/target/plugin-resolves-$(cat "$ROOT/pom.xml" "$ROOT/src/plugin/pom.xml" | cksum | tr -d ' ')
    local log answer=0
    log=$(mktemp)
    lock
    prove_plugin "$log" || answer=1
    unlock
    rm -f "$log"
    return $answer
}

prove_plugin() {
    if [ -f "$PLUGIN_PROOF" ]; then
        need_maven_of_plugin
        return 0
    fi
    if ! maven -f src/plugin/pom.xml validate "${QUICK[@]}" > "$1" 2>&1 && lacks_artifacts "$1"; then
        say "the Jenkins plugin is not built: its parent is neither in the local Maven repository nor can it be fetched from repo.jenkins-ci.org;" \
            "engine and command line only"
        return 1
    fi
    need_maven_of_plugin
    say "finding out whether all that the Jenkins plugin's build needs can be had, once"
    if package_plugin > "$1" 2>&1; then
        : > "$PLUGIN_PROOF"
    elif lacks_artifacts "$1"; then
        say "the Jenkins plugin is not built: $(sed -n 's/.*\(Could not find artifact [^ ]*\).*/\1/p' "$1" | head -n 1);" \
            "engine and command line only"
        return 1
    fi
}

lacks_artifacts() { grep -qaE 'Non-resolvable|Could not (find|transfer) artifact|could not be resolved|Unresolveable' "$1"; }

# Without what only judges the code, and without waiting long for a server that is not there.
QUICK=(-DskipTests -Dspotless.check.skip -Dspotbugs.skip -Denforcer.skip -Daether.connector.connectTimeout=10000)

need_postgres_clients() {
    local program
    for program in psql pg_dump pg_restore; do
        command -v "$program" > /dev/null || {
            provide "PostgreSQL's $program" postgresql-client
            break
        }
    done
}

# Programs that single tests use. Without them those tests are skipped and say so; root gets them.
want_test_programs() {
    local wanted=()
    command -v node > /dev/null || wanted+=(nodejs)
    command -v zstd > /dev/null || wanted+=(zstd)
    command -v pgbouncer > /dev/null || [ -x /usr/sbin/pgbouncer ] || wanted+=(pgbouncer)
    if [ ${#wanted[@]} = 0 ]; then
        return
    elif [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
        provide "For some tests: ${wanted[*]}" "${wanted[@]}"
    else
        say "${wanted[*]} not found: the tests that need them will be skipped (sudo apt-get install ${wanted[*]})"
    fi
}

# Maven with quiet logs: warnings and errors alone; with TEST_LOG=info also the lines that tests close with.
maven() {
    (
        cd "$ROOT"
        export MAVEN_OPTS="${MAVEN_OPTS:-} -Djansi.noreset=true"
        exec "$MVN" -B -ntp \
            -Dstyle.color=never \
            -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
            -Dorg.slf4j.simpleLogger.log.org.apache.maven.plugins.shade=error \
            -Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin.surefire="${TEST_LOG:-warn}" \
            -Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin.failsafe="${TEST_LOG:-warn}" \
            "$@"
    )
}

# The command line's jar. A copy of its own, replaced as a whole: a build may go on while it runs.
PGBACKUP_JAR=$ROOT/src/cli/target/bin/pgbackup.jar

is_built() {
    [ -f "$PGBACKUP_JAR" ] || return 1
    local newer
    newer=$(find "$ROOT/pom.xml" "$ROOT/src/engine/pom.xml" "$ROOT/src/engine/src/main" "$ROOT/src/cli/pom.xml" "$ROOT/src/cli/src/main" \
        -newer "$PGBACKUP_JAR" -print -quit)
    [ -z "$newer" ]
}

# Two at once: the second waits for the first.
lock() {
    exec 9< "$ROOT/pom.xml"
    if command -v flock > /dev/null; then flock 9; fi
}

unlock() { exec 9<&-; }

# Builds the jar if it is missing or older than its sources.
need_pgbackup() {
    is_built && return
    need_jdk
    need_maven
    lock
    if ! is_built; then
        say "building the command line, once"
        maven package -DengineOnly "${QUICK[@]}" -pl src/cli -am 1>&2 \
            || die "The build failed; what Maven says is above."
        mkdir -p "$(dirname "$PGBACKUP_JAR")"
        cp "$ROOT/src/cli/target/pgbackup.jar" "$PGBACKUP_JAR.new"
        mv "$PGBACKUP_JAR.new" "$PGBACKUP_JAR"
    fi
    unlock
}

# The plugin, a Jenkins to show it in and the plugins it needs. Where plugin_resolves said yes.
PLUGIN_TARGET=$ROOT/src/plugin/target
PLUGIN_BUILT=$ROOT/target/plugin-built

package_plugin() {
    mkdir -p "$ROOT/target"
    local begun
    begun=$(mktemp "$ROOT/target/plugin-built.XXXXXX")
    if ! maven package -Pdemo "${QUICK[@]}" -pl src/plugin -am; then
        rm -f "$begun"
        return 1
    fi
    mv "$begun" "$PLUGIN_BUILT"
}

is_plugin_built() {
    [ -f "$PLUGIN_BUILT" ] && [ -f "$PLUGIN_TARGET/jenkins.war" ] && [ -f "$PLUGIN_TARGET/postgresql-backup.hpi" ] || return 1
    local newer
    newer=$(find "$ROOT/pom.xml" "$ROOT/src/engine/pom.xml" "$ROOT/src/engine/src/main" "$ROOT/src/plugin/pom.xml" "$ROOT/src/plugin/src/main" \
        -newer "$PLUGIN_BUILT" -print -quit)
    [ -z "$newer" ]
}

# Builds it if it must, and sets WORK to a new directory with jenkins.war and a home that has the plugins.
lay_out_jenkins() {
    lock
    if ! is_plugin_built; then
        say "building the plugin, once"
        package_plugin 1>&2 || die "The build failed; what Maven says is above."
    fi
    WORK=$(mktemp -d "$ROOT/target/demo.XXXXXX")
    mkdir -p "$WORK/jenkins/plugins"
    cp "$PLUGIN_TARGET/jenkins.war" "$WORK"
    cp "$PLUGIN_TARGET/postgresql-backup.hpi" "$PLUGIN_TARGET"/test-classes/test-dependencies/*.[hj]pi "$WORK/jenkins/plugins"
    unlock
}

# Becomes pgbackup. 256 MB of heap suffice for a database of any size; PGBACKUP_JAVA_OPTIONS may say otherwise.
exec_pgbackup() {
    if [ -z "${COLUMNS:-}" ] && [ -t 2 ]; then
        COLUMNS=$(stty size < /dev/tty 2> /dev/null | cut -d ' ' -f 2) || COLUMNS=
        export COLUMNS
    fi
    local compiler=()
    # Where few rows go through Java, its thorough compiler costs a second of processor time and gives nothing back.
    case ${1:-} in full | verify | restore | export | demo) ;; *) compiler=(-XX:TieredStopAtLevel=1) ;; esac
    # shellcheck disable=SC2086 # the options are words
    exec "$JAVA" -Xmx256m -XX:+UseSerialGC "${compiler[@]}" ${PGBACKUP_JAVA_OPTIONS:-} -jar "$PGBACKUP_JAR" "$@"
}
