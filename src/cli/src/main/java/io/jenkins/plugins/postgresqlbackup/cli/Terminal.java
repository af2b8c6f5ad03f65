package io.jenkins.plugins.postgresqlbackup.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * What the two output streams can show.
 *
 * @param out whether standard output is a terminal
 * @param err whether standard error is one
 * @param colour whether a terminal may be written to in colours
 * @param symbols whether it shows characters beyond ASCII
 * @param columns its width
 */
record Terminal(boolean out, boolean err, boolean colour, boolean symbols, int columns) {
    private static final int USUAL_COLUMNS = 80;

    /** Neither is one, as in a pipe or a log. */
    static Terminal none() {
        return new Terminal(false, false, false, false, USUAL_COLUMNS);
    }

    static Terminal ofProcess(Map<String, String> environment) {
        boolean dumb = "dumb".equals(environment.get("TERM"));
        boolean noColour = !environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(
                isTerminal(1),
                isTerminal(2) && !dumb,
                !noColour && !dumb,
                utf8(environment),
                columns(environment.getOrDefault("COLUMNS", "")));
    }

    /** How standard output is painted. */
    Paint paint() {
        return new Paint(out && colour, symbols || !out);
    }

    /** How standard error is painted. */
    Paint errorPaint() {
        return new Paint(err && colour, symbols || !err);
    }

    private static boolean utf8(Map<String, String> environment) {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String value = environment.getOrDefault(name, "").toUpperCase(Locale.ROOT);
            if (!value.isEmpty()) {
                return value.contains("UTF-8") || value.contains("UTF8");
            }
        }
        return false;
    }

    private static int columns(String text) {
        return text.matches("[1-9][0-9]{1,3}") ? Math.max(40, Integer.parseInt(text)) : USUAL_COLUMNS;
    }

    /** Whether a file descriptor of this process is a terminal. Java tells it only of input and output together. */
    static boolean isTerminal(int descriptor) {
        Path link = Path.of("/proc/self/fd/" + descriptor);
        if (Files.isSymbolicLink(link)) {
            try {
                String target = Files.readSymbolicLink(link).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            } catch (IOException e) {
                return false; // a descriptor that is closed shows nothing
            }
        }
        return isInteractive(System.console());
    }

    /** From JDK 22 on there is a console without a terminal too, and a method that tells. */
    private static boolean isInteractive(Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
