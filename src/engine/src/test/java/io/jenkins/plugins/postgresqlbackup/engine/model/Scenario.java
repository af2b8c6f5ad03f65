package io.jenkins.plugins.postgresqlbackup.engine.model;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestCluster;
import java.nio.file.Path;

/** Something that happens between two backups and that one rule of the design is there for. */
interface Scenario {
    void play(Stage stage) throws Exception;

    /** Where the engine is loaded anew, by a class loader, this is how it is called. */
    final class Run {
        private Run() {}

        /** @return null if the backups are as they should be, else what is wrong */
        public static String play(String scenario, String directory) {
            try (Stage stage = Stage.open(Path.of(directory))) {
                Scenarios.ALL.get(scenario).play(stage);
                return null;
            } catch (Exception | AssertionError e) {
                return e.toString();
            } finally {
                TestCluster.removeTemplates();
            }
        }
    }
}
