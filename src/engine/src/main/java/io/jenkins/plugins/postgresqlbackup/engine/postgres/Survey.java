package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/**
 * What has to be known of a block range to store what has changed in it since a horizon.
 *
 * @param digest of all its rows
 * @param oldAddresses of its rows that are not young for the horizon, in their order on disk; see {@link RowAddresses}
 */
public record Survey(RowDigest digest, byte[] oldAddresses) {
    /** How many of its rows are young for the horizon. */
    public long young() {
        return digest.count() - old();
    }

    /** How many are not. */
    public long old() {
        return oldAddresses.length / RowAddresses.BYTES;
    }
}
