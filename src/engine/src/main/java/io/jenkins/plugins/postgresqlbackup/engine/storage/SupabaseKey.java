package io.jenkins.plugins.postgresqlbackup.engine.storage;

/**
 * The key of a Supabase project that may do everything in it, given by hand in place of what the environment says.
 *
 * @param serviceRoleKey the secret key ({@code sb_secret_…}) or the older service_role key
 */
public record SupabaseKey(String serviceRoleKey) implements StorageKeys {
    /** Without the secret. */
    @Override
    public String toString() {
        return "key of a Supabase project";
    }
}
