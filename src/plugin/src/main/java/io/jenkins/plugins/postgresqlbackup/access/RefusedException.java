package io.jenkins.plugins.postgresqlbackup.access;

import hudson.AbortException;

/**
 * A build wants what it has no leave for, or what there is not. It is told so in its log and nowhere else: otherwise everybody who writes a Jenkinsfile
 * could fill the history, until nothing in it says when the last good backup was, and send e-mails with words of their own.
 */
public final class RefusedException extends AbortException {
    private static final long serialVersionUID = 1;

    public RefusedException(String why) {
        super(why);
    }
}
