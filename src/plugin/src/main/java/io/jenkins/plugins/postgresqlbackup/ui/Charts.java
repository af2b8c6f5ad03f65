package io.jenkins.plugins.postgresqlbackup.ui;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The charts that the pages show. */
final class Charts {
    /** A line of more points is none that anybody reads. */
    private static final int MOST = 120;

    private static final double MILLIS = 1000;

    private Charts() {}

    /** How much each backup stored, and how much was in it. */
    static Chart sizes(List<RestorePoint> newestFirst) {
        List<RestorePoint> points = last(newestFirst);
        return new Chart(
                Messages.Charts_sizes(),
                new Chart.Shape(
                        "bytes",
                        false,
                        List.of(
                                new Chart.Series(
                                        Messages.Charts_stored(),
                                        "bar",
                                        "--blue",
                                        values(points, RestorePoint::getStoredBytes)),
                                new Chart.Series(
                                        Messages.Charts_raw(),
                                        "line",
                                        "--orange",
                                        values(points, RestorePoint::getRawBytes)))),
                new Chart.Table(
                        List.of(
                                Messages.Charts_taken(),
                                Messages.Charts_kind(),
                                Messages.Charts_stored(),
                                Messages.Charts_raw()),
                        points.stream()
                                .map(point -> List.of(
                                        Amounts.minute(point.takenAt()),
                                        point.getKindName(),
                                        point.getStoredText(),
                                        point.getRawText()))
                                .toList()));
    }

    /** How long each backup took. */
    static Chart durations(List<RestorePoint> newestFirst) {
        List<RestorePoint> points = last(newestFirst);
        List<RestorePoint> full = points.stream().filter(RestorePoint::isFull).toList();
        List<RestorePoint> incremental =
                points.stream().filter(point -> !point.isFull()).toList();
        return new Chart(
                Messages.Charts_durations(),
                new Chart.Shape(
                        "seconds",
                        false,
                        List.of(
                                new Chart.Series(Messages.OperationKind_full(), "bar", "--purple", seconds(full)),
                                new Chart.Series(
                                        Messages.OperationKind_incremental(), "bar", "--teal", seconds(incremental)))),
                new Chart.Table(
                        List.of(Messages.Charts_taken(), Messages.Charts_kind(), Messages.Charts_took()),
                        points.stream()
                                .map(point -> List.of(
                                        Amounts.minute(point.takenAt()), point.getKindName(), point.getDurationText()))
                                .toList()));
    }

    private static List<RestorePoint> last(List<RestorePoint> newestFirst) {
        List<RestorePoint> points = new ArrayList<>(newestFirst.subList(0, Math.min(MOST, newestFirst.size())));
        Collections.reverse(points);
        return points;
    }

    private static List<double[]> values(List<RestorePoint> points, ToDoubleFunction<RestorePoint> value) {
        return points.stream()
                .map(point -> new double[] {point.getTakenMillis(), value.applyAsDouble(point)})
                .toList();
    }

    private static List<double[]> seconds(List<RestorePoint> points) {
        return values(points, point -> point.getDurationMillis() / MILLIS);
    }

    /** What came to an end on one day. */
    private static final class Day {
        private final Map<OperationState, Integer> ends = new EnumMap<>(OperationState.class);
        private long stored;
        private long millis;

        void add(OperationRecord record) {
            ends.merge(record.getState(), 1, Integer::sum);
            stored += record.getStoredBytes();
            millis += Math.max(0, record.getFinishedAt() - record.getStartedAt());
        }

        int count(OperationState state) {
            return ends.getOrDefault(state, 0);
        }
    }

    private static Map<LocalDate, Day> days(List<OperationRecord> records) {
        TreeMap<LocalDate, Day> days = new TreeMap<>();
        records.stream()
                .filter(record -> !record.isRunning())
                .forEach(record ->
                        days.computeIfAbsent(dayOf(record), any -> new Day()).add(record));
        while (days.size() > MOST) {
            days.pollFirstEntry();
        }
        return days;
    }

    private static LocalDate dayOf(OperationRecord record) {
        return Instant.ofEpochMilli(record.getStartedAt())
                .atZone(ZoneOffset.UTC)
                .toLocalDate();
    }

    /** How many operations ended well and badly, day by day. */
    static Chart outcomes(List<OperationRecord> records) {
        Map<LocalDate, Day> days = days(records);
        return new Chart(
                Messages.Charts_outcomes(),
                new Chart.Shape(
                        "count",
                        true,
                        List.of(
                                outcome(days, OperationState.SUCCEEDED, "--green"),
                                outcome(days, OperationState.FAILED, "--red"),
                                outcome(days, OperationState.ABORTED, "--text-color-secondary"))),
                new Chart.Table(
                        List.of(
                                Messages.Charts_day(),
                                OperationState.SUCCEEDED.getDisplayName(),
                                OperationState.FAILED.getDisplayName(),
                                OperationState.ABORTED.getDisplayName()),
                        days.entrySet().stream()
                                .map(day -> List.of(
                                        day.getKey().toString(),
                                        Amounts.count(day.getValue().count(OperationState.SUCCEEDED)),
                                        Amounts.count(day.getValue().count(OperationState.FAILED)),
                                        Amounts.count(day.getValue().count(OperationState.ABORTED))))
                                .toList()));
    }

    private static Chart.Series outcome(Map<LocalDate, Day> days, OperationState state, String colour) {
        return new Chart.Series(state.getDisplayName(), "bar", colour, values(days, day -> day.count(state)));
    }

    /** How much was stored, and for how long was worked, day by day. */
    static Chart work(List<OperationRecord> records) {
        Map<LocalDate, Day> days = days(records);
        return new Chart(
                Messages.Charts_work(),
                new Chart.Shape(
                        "bytes",
                        false,
                        List.of(new Chart.Series(
                                Messages.Charts_stored(), "bar", "--blue", values(days, day -> day.stored)))),
                new Chart.Table(
                        List.of(Messages.Charts_day(), Messages.Charts_stored(), Messages.Charts_took()),
                        days.entrySet().stream()
                                .map(day -> List.of(
                                        day.getKey().toString(),
                                        Amounts.bytes(day.getValue().stored),
                                        Amounts.duration(Duration.ofMillis(day.getValue().millis))))
                                .toList()));
    }

    private static List<double[]> values(Map<LocalDate, Day> days, ToDoubleFunction<Day> value) {
        return days.entrySet().stream()
                .map(day -> new double[] {
                    day.getKey().atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli(),
                    value.applyAsDouble(day.getValue())
                })
                .toList();
    }
}
