package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Something that pg_restore could not do.
 *
 * @param message the server's first line, or pg_restore's own words
 * @param command the SQL that failed; empty where it was none
 */
public record SchemaError(String message, String command) {
    private static final String PREFIX = "pg_restore: ";
    private static final String ERROR = PREFIX + "error: ";
    private static final String QUERY_FAILED = "could not execute query: ";
    private static final String COMMAND = "Command was: ";
    private static final int SHOWN = 160;

    /** The errors among what pg_restore wrote to its standard error, whose messages must be English. */
    static List<SchemaError> parse(List<String> lines) {
        List<SchemaError> errors = new ArrayList<>();
        int at = 0;
        while (at < lines.size()) {
            int end = at + 1;
            while (end < lines.size() && !lines.get(end).startsWith(PREFIX)) {
                end++;
            }
            if (lines.get(at).startsWith(ERROR)) {
                errors.add(of(lines.subList(at, end)));
            }
            at = end;
        }
        return errors;
    }

    private static SchemaError of(List<String> block) {
        int command = 0;
        while (command < block.size() && !block.get(command).startsWith(COMMAND)) {
            command++;
        }
        String message = block.get(0).substring(ERROR.length());
        if (message.startsWith(QUERY_FAILED)) {
            message = message.substring(QUERY_FAILED.length());
        }
        List<String> sql = new ArrayList<>(block.subList(command, block.size()));
        if (!sql.isEmpty()) {
            sql.set(0, sql.get(0).substring(COMMAND.length()));
        }
        return new SchemaError(
                message.replaceFirst("^ERROR: +", "").strip(),
                sql.stream().collect(Collectors.joining("\n")).strip());
    }

    /** The message and the beginning of the command. */
    @Override
    public String toString() {
        if (command.isEmpty()) {
            return message;
        }
        String oneLine = command.replaceAll("\\s+", " ");
        return message + " (" + (oneLine.length() <= SHOWN ? oneLine : oneLine.substring(0, SHOWN) + "…") + ")";
    }
}
