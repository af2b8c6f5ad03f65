package io.jenkins.plugins.postgresqlbackup.alert;

import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.history.EventLogs;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The lines of {@code backup-monitoring.log}: one a check, and one for each thing that becomes of an alert. */
final class MonitoringLog {
    private MonitoringLog() {}

    static void checked(List<Finding> findings, Instant at) {
        Map<String, Object> line = line(at, "check");
        for (Severity severity : Severity.values()) {
            line.put(
                    severity.name().toLowerCase(Locale.ROOT),
                    findings.stream()
                            .filter(each -> each.severity() == severity)
                            .count());
        }
        line.put("findings", findings.stream().map(MonitoringLog::finding).toList());
        EventLogs.get().monitored(line);
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", finding.id());
        object.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        object.put("message", finding.message());
        object.put("since", finding.since().toString());
        return object;
    }

    static void happened(AlertEvent event, Instant at) {
        happened(event.kind().name().toLowerCase(Locale.ROOT), event.alert(), at);
    }

    static void acknowledged(Alert alert, Instant at) {
        happened("acknowledged", alert, at);
    }

    private static void happened(String what, Alert alert, Instant at) {
        Map<String, Object> line = line(at, what);
        line.put("id", alert.getId());
        line.put("rule", alert.getRule());
        line.put("severity", alert.getSeverity().name().toLowerCase(Locale.ROOT));
        line.put("subject", alert.getSubject());
        line.put("detail", alert.getDetail());
        line.put("message", alert.getMessage());
        line.put("advice", alert.getAdvice());
        line.put("since", alert.getSince().toString());
        line.put("openedAt", alert.getOpenedAt().toString());
        if (alert.isAcknowledged()) {
            line.put("acknowledgedBy", alert.getAcknowledgedBy());
        }
        EventLogs.get().monitored(line);
    }

    private static Map<String, Object> line(Instant at, String event) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", at.toString());
        line.put("event", event);
        return line;
    }
}
