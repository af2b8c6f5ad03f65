package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pin;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pins;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMark;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMarks;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the repository keeps of its backups besides their manifests.
 *
 * @param checked whether our key can tell real marks of verifications from forged ones; without that there are none here
 */
record Marks(boolean checked, Map<BackupId, List<VerificationMark>> verifications, Map<BackupId, Pin> pins) {
    static Marks of(Repository repository, List<Repository.Linked> manifests, Report report) throws IOException {
        VerificationMarks marks = new VerificationMarks(repository);
        Map<BackupId, Pin> pins = new Pins(repository).all();
        pins.values().stream().filter(Pin::isDamaged).forEach(pin -> report.warn(pin.damage()));
        return new Marks(marks.canBeChecked(), marks.ofAll(manifests), pins);
    }

    /** For a table: the day of the latest drill, else of the latest verification of the content. */
    String day(BackupId backup) {
        if (!checked) {
            return "?";
        }
        Optional<VerificationMark> drill = latest(backup, VerificationMark.RESTORE);
        Optional<VerificationMark> best = drill.or(() -> latest(backup, VerificationMark.CONTENT));
        return best.map(mark ->
                        (drill.isPresent() ? "drill " : "content ") + LocalDate.ofInstant(mark.at(), ZoneOffset.UTC))
                .orElse("never");
    }

    /** The lines of {@code show}. */
    void rows(BackupId backup, Columns lines, Paint paint) {
        if (!checked) {
            lines.row(paint.dim("verified"), "cannot be checked with a write key");
        } else if (verifications.getOrDefault(backup, List.of()).isEmpty()) {
            lines.row(paint.dim("verified"), "never");
        } else {
            latest(backup, VerificationMark.CONTENT)
                    .ifPresent(mark -> lines.row(paint.dim("verified"), "content on " + when(mark)));
            latest(backup, VerificationMark.RESTORE)
                    .ifPresent(mark -> lines.row(paint.dim("verified"), "in a drill on " + when(mark)));
        }
        if (pins.containsKey(backup)) {
            lines.row(paint.dim("pinned"), text(pins.get(backup)));
        }
    }

    private static String when(VerificationMark mark) {
        return Amounts.second(mark.at()) + (mark.by() == null ? "" : ", by " + Paint.printable(mark.by()));
    }

    /** {@code before the migration, by anna on laptop, 2026-11-22 12:00}. */
    static String text(Pin pin) {
        return pin.isDamaged()
                ? "the pin is damaged and cannot be read"
                : Paint.printable(pin.reason() == null ? "no reason given" : pin.reason())
                        + (pin.by() == null ? "" : ", by " + Paint.printable(pin.by()))
                        + (pin.at() == null ? "" : ", " + Amounts.minute(pin.at()));
    }

    private Optional<VerificationMark> latest(BackupId backup, String level) {
        return verifications.getOrDefault(backup, List.of()).stream()
                .filter(mark -> mark.level().equals(level))
                .reduce((earlier, later) -> later);
    }

    /** For machines: {@code verifications} is null where they cannot be checked, {@code pinned} where it is not. */
    void put(BackupId backup, Map<String, Object> object) {
        object.put(
                "verifications",
                checked
                        ? verifications.getOrDefault(backup, List.of()).stream()
                                .map(Marks::object)
                                .toList()
                        : null);
        object.put("pinned", pins.containsKey(backup) ? object(pins.get(backup)) : null);
    }

    private static Map<String, Object> object(VerificationMark mark) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("level", mark.level());
        object.put("at", mark.at().toString());
        object.put("by", mark.by());
        return object;
    }

    static Map<String, Object> object(Pin pin) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("reason", pin.reason());
        object.put("by", pin.by());
        object.put("at", pin.at() == null ? null : pin.at().toString());
        return object;
    }
}
