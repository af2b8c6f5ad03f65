package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.util.regex.Pattern;

/** The rule for object names, the same for every kind of store. */
final class ObjectName {
    private static final int LONGEST = 512;
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");
    private static final Pattern NAME = Pattern.compile(SEGMENT + "(/" + SEGMENT + ")*");

    private ObjectName() {}

    static String check(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("Not a name for an object: \"" + name + "\".");
        }
        return name;
    }

    static boolean isName(String text) {
        return text.length() <= LONGEST && NAME.matcher(text).matches();
    }

    static boolean isSegment(String text) {
        return SEGMENT.matcher(text).matches();
    }
}
