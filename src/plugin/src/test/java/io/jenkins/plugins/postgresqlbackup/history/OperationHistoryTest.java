package io.jenkins.plugins.postgresqlbackup.history;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class OperationHistoryTest {
    private FreeStyleBuild build;
    private OperationHistory history;
    private Path file;

    @BeforeEach
    void setUp(JenkinsRule jenkins) throws Exception {
        build = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject("nightly"));
        history = new OperationHistory();
        file = Jenkins.get().getRootDir().toPath().resolve("postgresql-backup/operations.jsonl");
    }

    private OperationRecord record(OperationKind kind, OperationState state, String backup) {
        OperationRecord begun = OperationRecord.begin(kind, "shop", "offsite", build, "agent", Instant.now())
                .of(backup, "");
        return state == OperationState.RUNNING ? begun : begun.ended(state, "why", Instant.now());
    }

    private OperationRecord verified(String backup, String level, OperationState state) {
        return record(OperationKind.VERIFY, state, backup).atLevel(level);
    }

    /** As Jenkins finds it when it starts the next time. */
    private static OperationHistory readAgain() {
        return new OperationHistory();
    }

    @Test
    void whatWasDoneIsThereAfterAStartTheNewestFirst() {
        history.put(record(OperationKind.FULL, OperationState.SUCCEEDED, "2026-a"));
        history.put(record(OperationKind.FULL, OperationState.FAILED, ""));
        history.put(record(OperationKind.VERIFY, OperationState.ABORTED, ""));
        assertThat(readAgain().newestFirst())
                .extracting(OperationRecord::getState)
                .containsExactly(OperationState.ABORTED, OperationState.FAILED, OperationState.SUCCEEDED);
        OperationRecord first = readAgain().lastGoodBackup("shop").orElseThrow();
        assertThat(first.getBackup()).isEqualTo("2026-a");
        assertThat(first.getJob()).isEqualTo("nightly");
        assertThat(first.getBuildUrl()).isEqualTo("job/nightly/1/");
        assertThat(first.getFinishedAt()).isGreaterThanOrEqualTo(first.getStartedAt());
    }

    @Test
    void theEndOfAnOperationTakesThePlaceOfItsBeginning() {
        OperationRecord begun = record(OperationKind.FULL, OperationState.RUNNING, "");
        history.put(begun);
        history.put(record(OperationKind.LIST, OperationState.SUCCEEDED, ""));
        history.put(begun.ended(OperationState.FAILED, "full disk", Instant.now()));
        assertThat(readAgain().newestFirst()).hasSize(2);
        assertThat(readAgain().newestFirst().get(1).getMessage()).isEqualTo("full disk");
    }

    @Test
    void aLineThatWasCutIsLeftOutAndTheNextIsNotGluedToIt() throws Exception {
        history.put(record(OperationKind.FULL, OperationState.SUCCEEDED, "2026-a"));
        history.put(record(OperationKind.FULL, OperationState.SUCCEEDED, "2026-b"));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 20));

        OperationHistory second = readAgain();
        assertThat(second.newestFirst()).extracting(OperationRecord::getBackup).containsExactly("2026-a");
        second.put(record(OperationKind.FULL, OperationState.SUCCEEDED, "2026-c"));
        assertThat(readAgain().newestFirst())
                .extracting(OperationRecord::getBackup)
                .containsExactly("2026-c", "2026-a");
    }

    @Test
    void damagedLinesAreLeftOutAndTheOthersStay() throws Exception {
        history.put(record(OperationKind.FULL, OperationState.SUCCEEDED, "2026-a"));
        for (String damage : List.of(
                "\0\0\0\0", "null", "{}", "[]", "{\"id\":\"x\",\"kind\":null}", "{\"kind\":\"LATER\"}", "\u00ff")) {
            Files.writeString(file, damage + "\n", StandardCharsets.ISO_8859_1, StandardOpenOption.APPEND);
        }
        readAgain().put(record(OperationKind.FULL, OperationState.SUCCEEDED, "2026-b"));
        assertThat(readAgain().newestFirst())
                .extracting(OperationRecord::getBackup)
                .containsExactly("2026-b", "2026-a");
    }

    @Test
    void itStaysBoundedButKeepsTheLastGoodBackupAndItsProof() throws Exception {
        history.put(record(OperationKind.FULL, OperationState.SUCCEEDED, "2026-good"));
        history.put(verified("2026-good", "content", OperationState.SUCCEEDED));
        for (int i = 0; i < OperationHistory.MOST + OperationHistory.MOST / 5; i++) {
            history.put(record(OperationKind.FULL, OperationState.FAILED, ""));
        }
        OperationHistory again = readAgain();
        assertThat(again.newestFirst()).hasSizeBetween(OperationHistory.MOST, OperationHistory.MOST * 5 / 4);
        assertThat(again.lastGoodBackup("shop").orElseThrow().getBackup()).isEqualTo("2026-good");
        assertThat(again.lastVerification("offsite", "2026-good")).isPresent();
        try (var lines = Files.lines(file)) {
            assertThat(lines.count()).isLessThan(5L * OperationHistory.MOST);
        }
    }

    @Test
    void manyMayWriteAtOnce() throws Exception {
        int writers = 8;
        int each = 50;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            all.add(threads.submit(() -> {
                for (int n = 0; n < each; n++) {
                    OperationRecord begun = record(OperationKind.FULL, OperationState.RUNNING, "");
                    history.put(begun);
                    history.put(begun.ended(OperationState.SUCCEEDED, null, Instant.now()));
                }
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        threads.shutdown();
        assertThat(readAgain().newestFirst())
                .hasSize(writers * each)
                .allMatch(record -> record.getState() == OperationState.SUCCEEDED);
    }

    @Test
    void aBackupThatWasFoundBadIsNotTheLastGoodOne() {
        history.put(record(OperationKind.FULL, OperationState.SUCCEEDED, "2026-a"));
        history.put(record(OperationKind.FULL, OperationState.SUCCEEDED, "2026-b"));
        history.put(verified("2026-b", "content", OperationState.FAILED));
        assertThat(history.lastGoodBackup("shop").orElseThrow().getBackup()).isEqualTo("2026-a");
        assertThat(history.lastGoodBackupIn("offsite").orElseThrow().getBackup())
                .isEqualTo("2026-a");
        history.put(verified("2026-b", "structure", OperationState.SUCCEEDED));
        assertThat(history.lastGoodBackup("shop").orElseThrow().getBackup()).isEqualTo("2026-a");
        history.put(verified("2026-b", "content", OperationState.SUCCEEDED));
        assertThat(history.lastGoodBackup("shop").orElseThrow().getBackup()).isEqualTo("2026-b");
    }

    @Test
    void aVerificationThatCameToNoVerdictSaysNothingAboutABackup() {
        history.put(record(OperationKind.FULL, OperationState.SUCCEEDED, "2026-a"));
        history.put(verified("", "content", OperationState.FAILED));
        history.put(verified("2026-a", "content", OperationState.ABORTED));
        history.put(verified("2026-a", "content", OperationState.RUNNING));
        assertThat(history.lastVerification("offsite", "2026-a")).isEmpty();
        assertThat(history.lastGoodBackup("shop")).isPresent();
    }

    @Test
    void anIncrementalBackupIsAsGoodAsAFullOne() {
        history.put(record(OperationKind.FULL, OperationState.SUCCEEDED, "2026-a"));
        history.put(record(OperationKind.INCREMENTAL, OperationState.SUCCEEDED, "2026-b"));
        history.put(record(OperationKind.INCREMENTAL, OperationState.FAILED, ""));
        assertThat(readAgain().lastGoodBackup("shop").orElseThrow().getBackup()).isEqualTo("2026-b");
    }

    @Test
    void whatABuildKeptBeforeThereWereIncrementalBackupsIsReadAndWrittenAgain() {
        String now = Jenkins.XSTREAM2.toXML(record(OperationKind.FULL, OperationState.SUCCEEDED, "2026-a"));
        String then = now.replaceAll("<(parent|fallbacks|reusedBytes|deleted|freedBytes)(/>|>.*?</\\1>)", "");
        assertThat(then).isNotEqualTo(now);
        OperationRecord read = (OperationRecord) Jenkins.XSTREAM2.fromXML(then);
        assertThat(read.getParent()).isEmpty();
        assertThat(read.getFallbacks()).isEmpty();
        assertThat(read.getDeleted()).isEmpty();
        assertThat(read.ended(OperationState.FAILED, "", Instant.now()).getBackup())
                .isEqualTo("2026-a");
    }
}
