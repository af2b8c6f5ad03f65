package io.jenkins.plugins.postgresqlbackup.result;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import java.io.InvalidObjectException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What results may consist of. They come from nodes, which are trusted with less than the controller is, and end up in its history, in e-mails and in
 * commands that people paste: an id is an id, a text is one line, and a list has an end.
 */
public final class Received {
    private static final int MOST_CHARACTERS = 2_000;
    private static final int MOST_LINES = 1_000;

    /** What can begin a new line, or turn the direction of one round. */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]");

    private Received() {}

    /** One line of bounded length, as it may be sent and kept. */
    public static String line(String text) {
        String one = UNSEEN.matcher(text).replaceAll(" ");
        return one.length() <= MOST_CHARACTERS ? one : one.substring(0, MOST_CHARACTERS - 1) + "…";
    }

    /** As they may be sent. */
    static ArrayList<String> lines(List<String> texts) {
        ArrayList<String> some = new ArrayList<>();
        texts.stream().limit(MOST_LINES - 1).map(Received::line).forEach(some::add);
        if (texts.size() >= MOST_LINES) {
            some.add(Messages.Received_more(texts.size() - some.size()));
        }
        return some;
    }

    static void checkId(String id) throws InvalidObjectException {
        checkLine(id);
        if (BackupId.parse(id).isEmpty()) {
            throw new InvalidObjectException(Messages.Received_badId());
        }
    }

    /** Ids, as many as a repository may have. */
    static void checkIds(List<String> ids) throws InvalidObjectException {
        if (ids == null) {
            throw new InvalidObjectException(Messages.Received_badList());
        }
        for (Object id : ids) {
            checkId(id instanceof String text ? text : null);
        }
    }

    static void checkLine(String text) throws InvalidObjectException {
        if (text == null || !text.equals(line(text))) {
            throw new InvalidObjectException(Messages.Received_badText());
        }
    }

    static void checkLines(List<String> texts) throws InvalidObjectException {
        if (texts == null || texts.size() > MOST_LINES) {
            throw new InvalidObjectException(Messages.Received_badList());
        }
        for (Object text : texts) {
            checkLine(text instanceof String line ? line : null);
        }
    }
}
