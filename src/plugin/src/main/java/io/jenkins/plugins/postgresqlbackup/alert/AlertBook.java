package io.jenkins.plugins.postgresqlbackup.alert;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The life of alerts: what each check's findings make of those that are open. Knows no clock and no file; not thread-safe.
 *
 * <p>A finding of at least a warning opens an alert, which is told once; once more if it becomes an error; and once when two checks in a row, almost an hour
 * apart or more, did not find it. What goes and comes within that time is one alert and is told once.
 */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
@JsonIgnoreProperties(ignoreUnknown = true)
final class AlertBook {
    /** How many of those that are over are kept. */
    static final int MOST_RESOLVED = 500;

    private ArrayList<OpenAlert> open = new ArrayList<>();

    /** The one resolved last is the first. */
    private ArrayList<Alert> resolved = new ArrayList<>();

    /** Takes over what a check found; says what is to be told, in the order it was found. */
    List<AlertEvent> update(List<Finding> findings, Instant now) {
        List<AlertEvent> events = new ArrayList<>();
        Map<String, Finding> found = new LinkedHashMap<>();
        findings.stream()
                .filter(each -> each.severity() != Severity.INFO)
                .forEach(each -> found.merge(each.id(), each, AlertBook::worse));
        for (Iterator<OpenAlert> each = open.iterator(); each.hasNext(); ) {
            OpenAlert known = each.next();
            Finding again = found.remove(known.alert().getId());
            if (again != null) {
                known.found(again, now).ifPresent(events::add);
            } else if (known.missed(now)) {
                each.remove();
                Alert over = known.alert().resolved(now);
                remember(over);
                events.add(new AlertEvent(AlertEvent.Kind.RESOLVED, over));
            }
        }
        for (Finding fresh : found.values()) {
            Alert opened = Alert.of(fresh, now);
            open.add(new OpenAlert(opened));
            events.add(new AlertEvent(AlertEvent.Kind.OPENED, opened));
        }
        return events;
    }

    private static Finding worse(Finding one, Finding other) {
        return other.severity().compareTo(one.severity()) > 0 ? other : one;
    }

    private void remember(Alert over) {
        resolved.add(0, over);
        if (resolved.size() > MOST_RESOLVED) {
            resolved.remove(resolved.size() - 1);
        }
    }

    /** Somebody looks after it. */
    Optional<Alert> acknowledge(String id, String user, Instant now) {
        Optional<OpenAlert> known =
                open.stream().filter(each -> each.alert().getId().equals(id)).findFirst();
        known.ifPresent(each -> each.acknowledge(user, now));
        return known.map(OpenAlert::alert);
    }

    /** The worst first, of equal ones the newest. */
    List<Alert> open() {
        return open.stream()
                .map(OpenAlert::alert)
                .sorted(Comparator.comparing(Alert::getSeverity)
                        .thenComparing(Alert::getOpenedAt)
                        .reversed())
                .toList();
    }

    /** Open or not, the newest first. */
    List<Alert> recent() {
        return Stream.concat(open.stream().map(OpenAlert::alert), resolved.stream())
                .sorted(Comparator.comparing(Alert::getOpenedAt).reversed())
                .toList();
    }

    /** Whether what was read from a file is one. */
    boolean isComplete() {
        return open != null
                && resolved != null
                && open.stream().allMatch(each -> each != null && each.isComplete())
                && resolved.stream().allMatch(each -> each != null && each.isComplete());
    }
}
