package io.jenkins.plugins.postgresqlbackup.agent;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** What came of trying a repository and the storage it is kept in, in sentences. Immutable. */
public final class TestedRepository implements Serializable {
    private static final long serialVersionUID = 1;

    private final String found;
    private final ArrayList<String> problems;
    private final ArrayList<String> warnings;

    TestedRepository(String found, List<String> problems, List<String> warnings) {
        this.found = found;
        this.problems = new ArrayList<>(problems);
        this.warnings = new ArrayList<>(warnings);
    }

    /** What is there; of no interest when there are problems. */
    public String found() {
        return found;
    }

    /** Why no backup can be kept there. */
    public List<String> problems() {
        return new ArrayList<>(problems);
    }

    /** What backups there would suffer from. */
    public List<String> warnings() {
        return new ArrayList<>(warnings);
    }
}
