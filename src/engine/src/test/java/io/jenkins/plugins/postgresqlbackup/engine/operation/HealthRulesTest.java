package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.health.FactsJson;
import org.junit.jupiter.api.Test;

final class HealthRulesTest {
    @Test
    void nothingIsSaidWhenAllIsWell() throws Exception {
        try (HealthScene scene = HealthScene.well()) {
            assertThat(scene.findings()).isEmpty();
            assertThat(FactsJson.readRepository(
                            FactsJson.write(scene.look.known().orElseThrow())))
                    .isEqualTo(scene.look.known().orElseThrow());
        }
    }
}
