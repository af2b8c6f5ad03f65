package io.jenkins.plugins.postgresqlbackup.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.PluginWrapper;
import io.jenkins.plugins.postgresqlbackup.alert.CheckListener;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.testing.PackagedPlugin;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** A Jenkins that has not the plugins that this one can do without. */
class WithoutMetricsIT {
    @RegisterExtension
    private final RealJenkinsExtension jenkins = PackagedPlugin.jenkins().omitPlugins("metrics");

    @Test
    void everythingButTheGaugesIsThere() throws Throwable {
        jenkins.then(WithoutMetricsIT::check);
    }

    private static void check(JenkinsRule rule) throws Throwable {
        assertThat(rule.jenkins.getPluginManager().getPlugin("metrics")).isNull();
        PluginWrapper own = rule.jenkins.getPluginManager().getPlugin(PackagedPlugin.NAME);
        assertThat(own.isActive()).isTrue();
        assertThat(rule.jenkins.getPluginManager().getFailedPlugins()).isEmpty();
        assertThat(CheckListener.all())
                .isNotEmpty()
                .noneMatch(listener -> listener.getClass().getName().contains("Gauges"));
        BackupConfiguration.get().save(); // what listens to that would need the other plugin
        assertThat(BackupMonitor.get().check().get(2, TimeUnit.MINUTES).findings())
                .isEmpty();
    }
}
