package io.jenkins.plugins.postgresqlbackup.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressDisplay;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressLines;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressReading;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How one command speaks: its result to standard output, as text for a person or as JSON for a machine; warnings to standard error. Thread-safe.
 */
final class Report {
    private static final String NAME = "pgbackup: ";

    private final Surroundings surroundings;
    private final boolean json;
    private final boolean quiet;
    private final Set<String> warnings = new LinkedHashSet<>();

    Report(Surroundings surroundings, boolean json, boolean quiet) {
        this.surroundings = surroundings;
        this.json = json;
        this.quiet = quiet;
    }

    /** Whether the result is for a machine. */
    boolean json() {
        return json;
    }

    Paint paint() {
        return surroundings.terminal().paint();
    }

    /** Text for a person; a machine and whoever wants quiet does not get it. */
    void say(String text) {
        if (!json && !quiet) {
            print(surroundings.out(), text);
        }
    }

    /** Text that must not be lost, however quiet; aside, where standard output belongs to a machine. */
    void insist(String text) {
        print(json ? surroundings.err() : surroundings.out(), text);
    }

    private static void print(PrintStream out, String text) {
        if (text.endsWith("\n")) {
            out.print(text);
        } else {
            out.println(text);
        }
        out.flush();
    }

    /** The result for a machine: maps, lists, texts, numbers and truth values. */
    void object(Object value) {
        DefaultPrettyPrinter form = new DefaultPrettyPrinter();
        form.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
        try {
            print(surroundings.out(), JsonMapper.builder().build().writer(form).writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The result cannot be written as JSON.", e);
        }
    }

    /** Something a person should know although the command goes on; said once. */
    synchronized void warn(String message) {
        if (warnings.add(message)) {
            Paint paint = surroundings.terminal().errorPaint();
            surroundings.err().println(NAME + paint.warning("warning: ") + oneLine(message));
        }
    }

    /** All warnings so far. */
    synchronized List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Shows an operation's progress: a bar on a terminal, lines in a log, nothing to a machine or to whoever wants quiet. */
    ProgressDisplay progress() {
        return new ProgressDisplay(face(""), this::warn);
    }

    /** The same, but only while something goes on: whoever calls tells the end. */
    ProgressDisplay stepProgress() {
        return new ProgressDisplay(new WithoutEndings(face("      ")), this::warn);
    }

    private ProgressDisplay.Face face(String indent) {
        Terminal terminal = surroundings.terminal();
        if (quiet) {
            return ProgressDisplay.Face.NONE;
        }
        if (terminal.err()) {
            return new LiveLine(surroundings.err(), terminal.errorPaint(), terminal.columns());
        }
        return json ? ProgressDisplay.Face.NONE : new ProgressLines(surroundings.out(), indent);
    }

    private record WithoutEndings(ProgressDisplay.Face face) implements ProgressDisplay.Face {
        @Override
        public Duration period() {
            return face.period();
        }

        @Override
        public void draw(ProgressReading reading) {
            face.draw(reading);
        }

        @Override
        public void done(ProgressReading reading) {
            face.clear();
        }

        @Override
        public void clear() {
            face.clear();
        }
    }

    /** The one sentence that ends a command which failed. */
    static void fail(Surroundings surroundings, String sentence) {
        String line = oneLine(sentence);
        surroundings.err().println(NAME + line + (line.matches(".*[.!?:…]") ? "" : "."));
    }

    private static String oneLine(String text) {
        return Paint.printable(text.strip().replaceAll("\\s*\\R\\s*", " "));
    }
}
