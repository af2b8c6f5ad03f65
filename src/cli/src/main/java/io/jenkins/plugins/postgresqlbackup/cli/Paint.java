package io.jenkins.plugins.postgresqlbackup.cli;

/**
 * Colours and symbols, or their plain forms.
 *
 * @param colours whether to use ANSI colours
 * @param symbols whether to use characters beyond ASCII
 */
record Paint(boolean colours, boolean symbols) {
    /** A text from elsewhere without what could command a terminal. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    String bold(String text) {
        return coded("1", text);
    }

    String dim(String text) {
        return coded("2", text);
    }

    String good(String text) {
        return coded("32", text);
    }

    String warning(String text) {
        return coded("33", text);
    }

    String bad(String text) {
        return coded("31", text);
    }

    String accent(String text) {
        return coded("36", text);
    }

    /** In front of what is done and right. */
    String tick() {
        return good(symbols ? "✓" : "+");
    }

    /** In front of what is wrong. */
    String cross() {
        return bad(symbols ? "✗" : "x");
    }

    private String coded(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
