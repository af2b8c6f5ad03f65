package io.jenkins.plugins.postgresqlbackup.webhook;

import hudson.Extension;
import io.jenkins.plugins.postgresqlbackup.access.SecretUrl;
import io.jenkins.plugins.postgresqlbackup.alert.CheckListener;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Asks for a URL after each check that found no error, so that whoever watches it notices when these cease, also because Jenkins itself is dead. That it could
 * not be reached needs no other telling: that is just what its watcher tells.
 */
@Extension
public final class Heartbeat implements CheckListener {
    private static final Logger LOGGER = Logger.getLogger(Heartbeat.class.getName());

    /** Whether the last one failed, so that Jenkins's log tells it once. */
    private volatile boolean failing;

    @Override
    public void checked(Status status) {
        AlertSettings settings = BackupConfiguration.get().getAlerts();
        boolean clean = status.count(Severity.ERROR) == 0;
        if (settings.getHeartbeatCredentialsId().isEmpty() || !clean && !settings.isHeartbeatFail()) {
            return;
        }
        try {
            SecretUrl url = SecretUrl.of(settings.getHeartbeatCredentialsId());
            Call.get(clean ? url : url.below("fail")).make();
            failing = false;
        } catch (IOException e) {
            LOGGER.log(
                    failing ? Level.FINE : Level.WARNING,
                    "The heartbeat URL could not be asked for: {0}",
                    e.getMessage());
            failing = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
