package io.jenkins.plugins.postgresqlbackup.engine.keys;

/**
 * What a holder brings to open a slot. Shows nothing of itself in {@code toString}; {@link #close()} wipes it, after which it
 * cannot be used. Not to be closed while another thread uses it.
 */
public sealed interface Secret extends AutoCloseable permits Passphrase, RawKey, RecipientKey {
    @Override
    void close();
}
