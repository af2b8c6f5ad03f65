package io.jenkins.plugins.postgresqlbackup.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.jenkins.plugins.postgresqlbackup.engine.model.Mutant.Edit;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scenarios can fail: each rule of incremental backups is needed, for without it one of them does. */
final class MutantsTest {
    private static final String TRUST = "operation/Trust";
    private static final String RANGES = "operation/RangeBackup";
    private static final String QUERY = "postgres/TableQuery";
    private static final String FINGERPRINTS = "postgres/TableFingerprints";

    private static final Edit NO_START_TIME =
            new Edit(TRUST, "if (!server.postmasterStart().equals(then.serverStartedAt())) {", "if (server == null) {");
    private static final Edit NO_LOG_ORDER = new Edit(
            TRUST,
            "if (Horizon.position(lsn.get()) < Horizon.position(snapshot.lsn())) {",
            "if (Horizon.position(lsn.get()) < 0) {");

    @TempDir
    private Path directory;

    /** What must hold whatever else changes. */
    static final List<Mutant> FIRST = List.of(
            Mutant.of(
                    "rows are counted",
                    "rows deleted",
                    new Edit(RANGES, " && counts.rows() == range.digest().rows()", "")),
            Mutant.of("no row is young", "rows replaced", new Edit(RANGES, "counts.young() == 0 && ", "")),
            Mutant.of("the server has been running since", "a copy of the data directory", NO_START_TIME),
            Mutant.of(
                    "what was accepted by digest is no base",
                    "accepted by digest and then a delete",
                    new Edit(RANGES, "known.range().moved()", "known.range()")));

    static final List<Mutant> OTHERS = List.of(
            Mutant.of("only", "inheritance", new Edit(QUERY, "\" FROM ONLY \"", "\" FROM \"")),
            Mutant.of(
                    "both ages are told by one statement",
                    "transactions while counting",
                    new Edit(
                            QUERY,
                            "(SELECT age('\" + xid + \"'::xid))",
                            "(SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint - \" + xid + \")")),
            Mutant.of(
                    "the horizon is the oldest running transaction",
                    "a transaction open across a backup",
                    new Edit(
                            "postgres/PendingHorizon",
                            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, l.lsn",
                            "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint, l.lsn")),
            Mutant.of(
                            "a horizon counts once the log is flushed",
                            "a crash after asynchronous commits",
                            new Edit(
                                    "postgres/PendingHorizon",
                                    "if (flushedAt.isEmpty()) {",
                                    "if (flushedAt != null) {"))
                    .and(NO_START_TIME, NO_LOG_ORDER),
            Mutant.of(
                    "scans begin at the beginning",
                    "a scan of somebody else",
                    new Edit(
                            "postgres/SessionSettings",
                            "\"synchronize_seqscans\", \"off\"",
                            "\"synchronize_seqscans\", \"on\"")),
            Mutant.of(
                    "scans have one worker",
                    "parallel plans",
                    new Edit(
                            "postgres/SessionSettings",
                            "\"max_parallel_workers_per_gather\", \"0\"",
                            "\"max_parallel_workers_per_gather\", \"2\"")),
            Mutant.of(
                            "the same system identifier",
                            "another cluster at the same address",
                            new Edit(
                                    TRUST,
                                    "if (!then.systemIdentifier().equals(server.systemIdentifier().get())) {",
                                    "if (server == null) {"),
                            new Edit(
                                    "operation/Origin",
                                    ".filter(known.systemIdentifier()::equals)",
                                    ".filter(known.systemIdentifier().getClass()::isInstance)"))
                    .and(NO_START_TIME, NO_LOG_ORDER),
            Mutant.of(
                            "the same timeline",
                            "a failover that missed something",
                            new Edit(
                                    TRUST,
                                    "if (then.timeline() != server.timeline().getAsInt()) {",
                                    "if (server == null) {"))
                    .and(NO_START_TIME, NO_LOG_ORDER),
            Mutant.of(
                    "the same database",
                    "database renamed over another",
                    new Edit(TRUST, "if (then.oid() != server.databaseOid()) {", "if (server == null) {"),
                    new Edit("operation/Origin", "known.oid() == server.databaseOid()", "known.oid() > 0")),
            Mutant.of("the log is not behind", "a copy of the data directory whose log is behind", NO_LOG_ORDER)
                    .and(NO_START_TIME),
            Mutant.of(
                            "a horizon grows too old",
                            "half of all transaction ids later",
                            new Edit(
                                    TRUST,
                                    "return nextTransaction - horizon >= OLDEST || nextTransaction < horizon;",
                                    "return false;"))
                    .and(NO_START_TIME),
            Mutant.of(
                    "the same file",
                    "vacuum full and then a delete",
                    new Edit(
                            TRUST,
                            "if (then.filenode() == null || then.filenode() != now.filenode()) {",
                            "if (then.filenode() == null) {")),
            Mutant.of(
                    "a delta is told by its base's horizon",
                    "two deltas one after another",
                    new Edit(
                            RANGES,
                            "OptionalLong base = baseHorizon(range);",
                            "OptionalLong base = baseHorizon(range).isEmpty() ? OptionalLong.empty() :"
                                    + " OptionalLong.of(known.origin().snapshot().horizon());"),
                    new Edit(
                            RANGES,
                            "writer.delta(session, table, blocks, range, survey)",
                            "writer.delta(session, table, blocks, new Manifest.Range(range.first(), range.end(),"
                                    + " range.digest(), range.provenAt(), range.base(), range.baseRows(),"
                                    + " known.origin().snapshot().horizon(), range.addresses(), range.delta()),"
                                    + " survey)")),
            Mutant.of(
                    "packs are looked for before they are used again",
                    "a pack is gone",
                    new Edit("operation/OriginSearch", "publication.missing(packs.values())", "new HashMap<>()")),
            Mutant.of(
                    "labels are looked at again",
                    "a label renamed during the backup",
                    new Edit("operation/BackupRun", "snapshot.requireSameTypes();", "")),
            Mutant.of(
                    "the fingerprint has the column's number",
                    "column dropped and added",
                    new Edit(
                            FINGERPRINTS,
                            "text.append(\"\\ncolumn \").append(attribute.number());",
                            "text.append(\"\\ncolumn \");")),
            Mutant.of(
                    "the fingerprint has the type",
                    "cidr to inet",
                    new Edit(FINGERPRINTS, ".append(type.orElse(\"\"));", ";")),
            Mutant.of(
                    "the fingerprint looks inside composites",
                    "attribute added",
                    new Edit(FINGERPRINTS, "if (type.relation() != 0) {", "if (type.relation() < 0) {")),
            Mutant.of(
                    "the fingerprint looks inside arrays",
                    "attribute added inside an array",
                    new Edit(FINGERPRINTS, "if (type.inner() != 0) {", "if (type.inner() < 0) {")),
            Mutant.of(
                    "the fingerprint looks inside domains",
                    "attribute added inside a domain",
                    new Edit("postgres/TypeCatalogue", "WHEN 'd' THEN t.typbasetype", "WHEN 'd' THEN 0")),
            Mutant.of(
                    "the fingerprint looks inside ranges",
                    "labels swapped inside a range",
                    new Edit("postgres/TypeCatalogue", "WHEN 'r' THEN r.rngsubtype", "WHEN 'r' THEN 0")),
            Mutant.of(
                    "the fingerprint has the labels",
                    "label renamed",
                    new Edit(
                            FINGERPRINTS,
                            "append(append(text.append(\"\\nlabel \").append(label.oid()), label.text()), label.version());",
                            "append(text.append(\"\\nlabel \").append(label.oid()), \"\");")),
            Mutant.of(
                    "the fingerprint has the labels' versions",
                    "a label renamed for a while in an interrupted backup",
                    new Edit(FINGERPRINTS, "label.version());", "\"\");")),
            Mutant.of(
                    "names of tables may change",
                    "table renamed",
                    new Edit("postgres/TypeCatalogue", "t.typname LIKE 'reg%' OR ", "")),
            Mutant.of(
                    "names of roles may change",
                    "role renamed",
                    new Edit("postgres/TypeCatalogue", " OR t.typname = 'aclitem'", "")));

    /** Else everything would be caught. */
    @Test
    void theEngineLoadedAnewIsAsGood() throws Exception {
        assertThat(Mutant.play("rows replaced", List.of(), directory.resolve("no-mutant")))
                .isNull();
    }

    static List<Mutant> first() {
        return FIRST;
    }

    @ParameterizedTest
    @MethodSource("first")
    void aBackupWithoutOneOfTheFirstRulesGoesWrong(Mutant mutant) throws Exception {
        requireCaught(mutant);
    }

    static Stream<Mutant> others() {
        return OTHERS.stream();
    }

    @ParameterizedTest
    @MethodSource("others")
    @Tag("nightly")
    void aBackupWithoutOneOfTheOtherRulesGoesWrong(Mutant mutant) throws Exception {
        assumeThat(TransactionIds.canBeAdvanced() || !mutant.scenario().contains("transaction ids"))
                .isTrue();
        requireCaught(mutant);
    }

    private void requireCaught(Mutant mutant) throws Exception {
        if (!mutant.without().isEmpty()) {
            assertThat(Mutant.play(mutant.scenario(), mutant.without(), directory.resolve("without")))
                    .as("with this rule, and without others that catch the same")
                    .isNull();
        }
        List<Edit> all = Stream.concat(mutant.without().stream(), mutant.edits().stream())
                .toList();
        String wrong = Mutant.play(mutant.scenario(), all, directory.resolve("mutant"));
        assertThat(wrong).as("what the scenario finds without the rule").isNotNull();
        System.getLogger(MutantsTest.class.getName())
                .log(
                        System.Logger.Level.INFO,
                        mutant.rule() + ": " + wrong.lines().limit(3).toList());
    }
}
