package io.jenkins.plugins.postgresqlbackup.engine.model;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each of the scenarios that the rules of incremental backups are there for. */
final class ScenariosTest {
    @TempDir
    private Path directory;

    static Set<String> scenarios() {
        return Scenarios.ALL.keySet();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void everyBackupIsWhatTheDatabaseWas(String scenario) throws Exception {
        assumeThat(TransactionIds.canBeAdvanced() || !scenario.contains("transaction ids"))
                .isTrue();
        try (Stage stage = Stage.open(directory.resolve("repository"))) {
            Scenarios.ALL.get(scenario).play(stage);
        }
    }
}
