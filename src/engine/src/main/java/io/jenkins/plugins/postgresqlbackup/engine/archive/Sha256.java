package io.jenkins.plugins.postgresqlbackup.engine.archive;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest that binds a place to its bytes. */
final class Sha256 {
    private Sha256() {}

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256, but this one has not.", e);
        }
    }
}
