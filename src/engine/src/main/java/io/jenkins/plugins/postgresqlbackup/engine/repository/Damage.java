package io.jenkins.plugins.postgresqlbackup.engine.repository;

/**
 * Something in the repository that is not as it was written, but did not stop us.
 *
 * @param object the object's name
 * @param what what is wrong with it, one sentence
 */
public record Damage(String object, String what) {
    @Override
    public String toString() {
        return object + ": " + what;
    }
}
