package io.jenkins.plugins.postgresqlbackup.setup;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import hudson.model.TopLevelItem;
import hudson.triggers.TimerTrigger;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Configuration as code is read before Jenkins knows its jobs. */
class InitializeAtStartTest {
    private static final String YAML = """
            unclassified:
              postgresqlBackup:
                databases:
                  - name: shop
                    url: postgresql://localhost/shop
                    repository: offsite
                initialize: true
            """;

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @TempDir
    private Path directory;

    @AfterEach
    void tearDown() {
        System.clearProperty(ConfigurationAsCode.CASC_JENKINS_CONFIG_PROPERTY);
    }

    @Test
    void jobsAreMadeAtTheFirstStart() throws Throwable {
        codeIsThere();
        sessions.then(jenkins -> {
            assertThat(jenkins.jenkins.getJobNames())
                    .containsExactlyInAnyOrder(
                            "backup-shop-full",
                            "backup-shop-incremental",
                            "backup-shop-verify",
                            "backup-shop-prune",
                            "backup-check");
            jenkins.jenkins
                    .getItemByFullName("backup-shop-full", FreeStyleProject.class)
                    .setDescription("changed");
        });
        sessions.then(jenkins -> {
            FreeStyleProject full = jenkins.jenkins.getItemByFullName("backup-shop-full", FreeStyleProject.class);
            assertThat(full.getDescription()).isEqualTo("changed");
            assertThat(full.getTrigger(TimerTrigger.class).getSpec()).isEqualTo("H 2 * * 0");
        });
    }

    @Test
    void aJobThatWasThereBeforeStaysAsItIs() throws Throwable {
        sessions.then(
                jenkins -> jenkins.createFreeStyleProject("backup-shop-full").setDescription("mine"));
        codeIsThere();
        sessions.then(jenkins -> {
            FreeStyleProject full = jenkins.jenkins.getItemByFullName("backup-shop-full", FreeStyleProject.class);
            assertThat(full.getDescription()).isEqualTo("mine");
            assertThat(full.getBuilders()).isEmpty();
            assertThat(jenkins.jenkins.getItems())
                    .extracting(TopLevelItem::getName)
                    .containsExactlyInAnyOrder(
                            "backup-shop-full",
                            "backup-shop-incremental",
                            "backup-shop-verify",
                            "backup-shop-prune",
                            "backup-check");
        });
    }

    private void codeIsThere() throws Exception {
        Path yaml = Files.writeString(directory.resolve("jenkins.yaml"), YAML);
        System.setProperty(ConfigurationAsCode.CASC_JENKINS_CONFIG_PROPERTY, yaml.toString());
    }
}
