package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;
import java.util.regex.Pattern;

/**
 * An error of pg_restore that a restore lives with, because nothing is lost by it.
 *
 * @param name what results call it
 * @param why nothing is lost
 * @param message matches the server's message, from its beginning
 * @param command matches the SQL that failed, from its beginning
 */
public record ToleranceRule(String name, String why, Pattern message, Pattern command) {
    /** An error and the rule it was tolerated by. */
    public record Tolerated(ToleranceRule rule, SchemaError error) {
        @Override
        public String toString() {
            return rule.name() + ": " + error + "; " + rule.why();
        }
    }

    /** Rules that hold on every server. */
    public static final List<ToleranceRule> EVERYWHERE = List.of(
            of(
                    "comment on an extension",
                    "the extension brings its own comment",
                    "must be owner of extension ",
                    "COMMENT ON EXTENSION "),
            of(
                    "tablespace that is not here",
                    "the objects are in the database's own tablespace",
                    "could not set \"default_tablespace\" to ",
                    ""),
            of(
                    "setting that only newer servers know",
                    "it switches off a limit that this server does not have",
                    "unrecognized configuration parameter \"transaction_timeout\"",
                    "SET transaction_timeout = 0"));

    static ToleranceRule of(String name, String why, String messageStart, String commandStart) {
        return new ToleranceRule(
                name, why, Pattern.compile(Pattern.quote(messageStart)), Pattern.compile(Pattern.quote(commandStart)));
    }

    boolean covers(SchemaError error) {
        return message.matcher(error.message()).lookingAt()
                && command.matcher(error.command()).lookingAt();
    }
}
