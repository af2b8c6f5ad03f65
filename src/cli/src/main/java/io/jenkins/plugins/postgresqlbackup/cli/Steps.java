package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Progress;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressDisplay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A run of several steps, told one line each as it is done. For one thread. */
final class Steps {
    private static final int NAME = 30;
    private static final int TIME = 9;

    private final Report report;
    private final List<Step> done = new ArrayList<>();

    /** One step that was done, and what came of it. */
    record Step(String name, Duration took, String outcome) {
        Map<String, Object> object() {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("step", name);
            object.put("millis", took.toMillis());
            object.put("outcome", outcome);
            return object;
        }
    }

    /** What a step does. */
    interface Work<T> {
        T run(Progress progress) throws Exception;
    }

    /** Says in a few words what came of a step. */
    interface Telling<T> {
        String of(T result) throws Exception;
    }

    Steps(Report report) {
        this.report = report;
    }

    /** Does a step and tells it. */
    <T> T step(String name, Work<T> work, Telling<T> outcome) throws Exception {
        long began = System.nanoTime();
        T result;
        try (ProgressDisplay progress = report.stepProgress()) {
            progress.phase(name, 0);
            result = work.run(progress);
        }
        Step step = new Step(name, Duration.ofNanos(System.nanoTime() - began), outcome.of(result));
        done.add(step);
        report.say(line(step, report.paint()));
        return result;
    }

    List<Step> done() {
        return List.copyOf(done);
    }

    private static String line(Step step, Paint paint) {
        String text = "  " + paint.tick() + " " + String.format(Locale.ROOT, "%-" + NAME + "s", step.name())
                + paint.dim(String.format(Locale.ROOT, "%" + TIME + "s", Amounts.duration(step.took()))) + "   "
                + step.outcome();
        return text.stripTrailing();
    }
}
