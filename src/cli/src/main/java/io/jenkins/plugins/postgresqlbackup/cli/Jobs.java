package io.jenkins.plugins.postgresqlbackup.cli;

/** How many connections work at once, 1 to 64. */
record Jobs(int number) {
    static final Jobs USUAL = new Jobs(2);
    private static final int MOST = 64;

    /** @throws IllegalArgumentException if it is not such a number */
    static Jobs parse(String text) {
        if (text.matches("[0-9]{1,3}")) {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= MOST) {
                return new Jobs(number);
            }
        }
        throw new IllegalArgumentException("a number from 1 to " + MOST + " is wanted");
    }
}
