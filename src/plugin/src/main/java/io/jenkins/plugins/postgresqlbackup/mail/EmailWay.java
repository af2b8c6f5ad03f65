package io.jenkins.plugins.postgresqlbackup.mail;

import hudson.Extension;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.alert.Alert;
import io.jenkins.plugins.postgresqlbackup.alert.AlertEvent;
import io.jenkins.plugins.postgresqlbackup.alert.AlertWay;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Tells of alerts by e-mail: of what belongs together in one, of errors also those who are told of nothing else. */
@Extension
public final class EmailWay implements AlertWay {
    /** What some got in a call that then failed for others: the next try is for those alone. */
    private final Set<String> had = ConcurrentHashMap.newKeySet();

    @Override
    public String getName() {
        return "e-mail"; // not translated: it is kept in a file
    }

    @Override
    public boolean isEnabled() {
        return BackupConfiguration.get().getAlerts().isMailed();
    }

    @Override
    public void tell(List<AlertEvent> events) throws IOException, InterruptedException {
        AlertSettings settings = BackupConfiguration.get().getAlerts();
        List<AlertEvent> worth = events.stream()
                .filter(event -> event.alert().getSeverity() != Severity.INFO)
                .toList();
        List<AlertEvent> errors =
                worth.stream().filter(event -> wasError(event.alert())).toList();
        List<String> all = settings.recipients();
        List<String> others = settings.emergencyRecipients().stream()
                .filter(to -> !all.contains(to))
                .toList();
        if (!errors.isEmpty() && all.isEmpty() && others.isEmpty()) {
            throw new IOException(Messages.EmailWay_nobody());
        }
        if (errors.equals(worth)) {
            send("errors", errors, Stream.concat(all.stream(), others.stream()).toList());
        } else {
            send("all", worth, all);
            send("errors", errors, others);
        }
        had.clear();
    }

    /** An error that got better first is over for those too who are told of errors only. */
    private static boolean wasError(Alert alert) {
        return alert.isError() || alert.getWorsenedAt() != null;
    }

    private void send(String group, List<AlertEvent> events, List<String> to) throws IOException, InterruptedException {
        List<AlertEvent> fresh = events.stream()
                .filter(event -> !had.contains(key(group, event)))
                .toList();
        if (fresh.isEmpty() || to.isEmpty()) {
            return;
        }
        AlertMail mail = new AlertMail(fresh);
        new Post(to, mail.subject(), mail.letter(), mail.conversation()).send("e-mail of alerts");
        fresh.forEach(event -> had.add(key(group, event)));
    }

    private static String key(String group, AlertEvent event) {
        Alert alert = event.alert();
        return String.join(
                " ",
                group,
                event.kind().name(),
                alert.getId(),
                alert.getOpenedAt().toString(),
                String.valueOf(alert.getWorsenedAt()),
                String.valueOf(alert.getResolvedAt()));
    }
}
