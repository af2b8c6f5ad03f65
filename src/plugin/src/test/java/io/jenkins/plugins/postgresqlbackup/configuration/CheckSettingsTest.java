package io.jenkins.plugins.postgresqlbackup.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Thresholds;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckSettingsTest {
    @Test
    void whoSetsNothingHasTheUsualThresholds() {
        assertThat(new AlertSettings().thresholds()).isEqualTo(Thresholds.usual());
        assertThat(new CheckSettings().period()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void eachSettingIsAThreshold() {
        AlertSettings alerts = new AlertSettings();
        alerts.setStorageWarningPercent(60);
        alerts.setStorageErrorPercent(70);
        CheckSettings checks = new CheckSettings();
        checks.setUnusualFactor(" 1.5 ");
        checks.setHistory(9);
        checks.setOrphanedDays(11);
        checks.setOverdueDeletionDays(12);
        checks.setEndlessHours(13);
        checks.setClockSkewMinutes(14);
        checks.setRulesOff("Clock-Skew\nunknown\n\n packs-orphaned ");
        alerts.setChecks(checks);
        Thresholds thresholds = alerts.thresholds();
        assertThat(thresholds.storageWarningPercent()).isEqualTo(60);
        assertThat(thresholds.storageErrorPercent()).isEqualTo(70);
        assertThat(thresholds.unusualFactor()).isEqualTo(1.5);
        assertThat(thresholds.history()).isEqualTo(9);
        assertThat(thresholds.orphanedAfter()).isEqualTo(Duration.ofDays(11));
        assertThat(thresholds.overdueDeletion()).isEqualTo(Duration.ofDays(12));
        assertThat(thresholds.endlessAfter()).isEqualTo(Duration.ofHours(13));
        assertThat(thresholds.clockSkew()).isEqualTo(Duration.ofMinutes(14));
        assertThat(thresholds.off()).containsExactlyInAnyOrder(Rule.CLOCK_SKEW, Rule.PACKS_ORPHANED);
    }

    @ParameterizedTest
    @CsvSource({
        "500 GB,500000000000",
        "500gb,500000000000",
        "1.5 TB,1500000000000",
        "2 TiB,2199023255552",
        "1 k,1000",
        "1048576,1048576",
        "7 B,7"
    })
    void amountsAreReadAsPeopleWriteThem(String text, long bytes) {
        assertThat(Sizes.parse(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @CsvSource({"''", "much", "-1 GB", "0", "1 XB", "GB", "99999 PB", "'1,5 TB'"})
    void whatIsNoAmountIsNone(String text) {
        assertThat(Sizes.parse(text)).isEmpty();
    }
}
