package io.jenkins.plugins.postgresqlbackup.webhook;

import hudson.Extension;
import io.jenkins.plugins.postgresqlbackup.access.SecretUrl;
import io.jenkins.plugins.postgresqlbackup.alert.AlertEvent;
import io.jenkins.plugins.postgresqlbackup.alert.AlertWay;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Posts alerts to a URL, all of a check in one request. */
@Extension
public final class WebhookWay implements AlertWay {
    @Override
    public String getName() {
        return "webhook"; // not translated: it is kept in a file
    }

    @Override
    public boolean isEnabled() {
        return !BackupConfiguration.get().getAlerts().getWebhookCredentialsId().isEmpty();
    }

    @Override
    public void tell(List<AlertEvent> events) throws IOException, InterruptedException {
        AlertSettings settings = BackupConfiguration.get().getAlerts();
        List<AlertEvent> worth = events.stream()
                .filter(event -> event.alert().getSeverity() != Severity.INFO)
                .toList();
        if (worth.isEmpty()) {
            return;
        }
        SecretUrl url = SecretUrl.of(settings.getWebhookCredentialsId());
        Payload payload = new Payload(worth);
        String json = settings.getWebhookKind().equals(AlertSettings.SLACK)
                ? payload.slack()
                : payload.generic(Instant.now());
        Call.post(url, json).make();
    }
}
