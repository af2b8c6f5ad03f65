package io.jenkins.plugins.postgresqlbackup.configuration;

import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.Messages;
import java.util.regex.Pattern;

/** The names of entries: they stand in Jenkinsfiles, URLs and names of jobs. */
final class EntryNames {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private EntryNames() {}

    static FormValidation check(String name) {
        if (Util.fixEmptyAndTrim(name) == null) {
            return FormValidation.error(Messages.EntryNames_missing());
        }
        return NAME.matcher(name).matches() ? FormValidation.ok() : FormValidation.error(Messages.EntryNames_bad());
    }
}
