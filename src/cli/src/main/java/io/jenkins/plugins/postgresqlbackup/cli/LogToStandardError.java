package io.jenkins.plugins.postgresqlbackup.cli;

import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The form in which the libraries' log reaches a person: warnings as one line each on standard error. Set up by Java's logging itself when
 * something is logged for the first time, so that a run which logs nothing pays nothing.
 */
public final class LogToStandardError {
    private static final String CONFIGURATION = "java.util.logging.config.class";

    /** Called by {@link java.util.logging.LogManager}. */
    public LogToStandardError() {
        Handler handler = new ConsoleHandler();
        handler.setLevel(Level.WARNING);
        handler.setFormatter(new Formatter() {
            @Override
            public String format(LogRecord event) {
                return "pgbackup: warning: " + formatMessage(event).replaceAll("\\s*\\R\\s*", " ")
                        + System.lineSeparator();
            }
        });
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(handler);
    }

    static void install() {
        if (System.getProperty(CONFIGURATION) == null && System.getProperty("java.util.logging.config.file") == null) {
            System.setProperty(CONFIGURATION, LogToStandardError.class.getName());
        }
    }
}
