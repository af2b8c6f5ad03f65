package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Activity;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Lease;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Leases;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Who is at work in a repository, for people and for machines. */
record AtWork(Leases leases) {
    /** A line for each, those who have gone without a word last; empty if there is nobody. */
    String text(Paint paint) {
        Columns lines = new Columns(paint, "", "", "");
        leases.atWork().forEach(held -> lines.row(paint.dim("at work"), line(held) + ", since " + began(held)));
        leases.leftBehind()
                .forEach(held -> lines.row(
                        paint.dim("left behind"),
                        line(held) + ", begun " + began(held) + ", last seen " + Amounts.minute(held.renewed())));
        return lines.isEmpty() ? "" : lines.toString();
    }

    private static String line(Lease.Held held) {
        return Paint.printable(
                held.activity().what() + ", by " + held.activity().who());
    }

    private static String began(Lease.Held held) {
        return Amounts.minute(held.began());
    }

    /** The fields of {@code --json}. */
    List<Map<String, Object>> object() {
        return Stream.concat(
                        leases.atWork().stream().map(held -> object(held, true)),
                        leases.leftBehind().stream().map(held -> object(held, false)))
                .toList();
    }

    private static Map<String, Object> object(Lease.Held held, boolean alive) {
        Activity activity = held.activity();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("lease", held.id());
        object.put("atWork", alive);
        object.put("operation", activity.operation());
        object.put("database", activity.database());
        object.put("server", activity.server());
        object.put("backup", activity.backup());
        object.put("host", activity.host());
        object.put("user", activity.user());
        object.put("by", activity.by());
        object.put("beganAt", held.began().toString());
        object.put("renewedAt", held.renewed().toString());
        return object;
    }
}
