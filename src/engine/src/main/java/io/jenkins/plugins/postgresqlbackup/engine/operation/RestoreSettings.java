package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.nio.file.Path;
import java.util.List;

/**
 * How to restore.
 *
 * @param into where to
 * @param overwrite whether what is there may be lost; without it nothing is ever dropped, emptied or changed
 * @param owners whether objects get their owners back; else all belong to the role that restores
 * @param privileges whether grants, default privileges and settings of single roles come back
 * @param createRoles whether roles that are missing are created, without passwords
 * @param olderServer whether a server of an older major version than the source's will do
 * @param jobs how many tables or parts of tables are loaded, and how many indexes built, at once; at least 1
 * @param programs directories to look for {@code pg_restore} in, before the usual ones
 */
public record RestoreSettings(
        RestoreInto into,
        boolean overwrite,
        boolean owners,
        boolean privileges,
        boolean createRoles,
        boolean olderServer,
        int jobs,
        List<Path> programs) {
    public RestoreSettings {
        if (jobs < 1) {
            throw new IllegalArgumentException("A restore needs at least one job.");
        }
        programs = List.copyOf(programs);
    }

    /** With owners and grants, two jobs; overwrites nothing. */
    public static RestoreSettings into(RestoreInto into) {
        return new RestoreSettings(into, false, true, true, false, false, 2, List.of());
    }

    public RestoreSettings withOverwrite(boolean allowed) {
        return new RestoreSettings(into, allowed, owners, privileges, createRoles, olderServer, jobs, programs);
    }

    public RestoreSettings withOwners(boolean kept) {
        return new RestoreSettings(into, overwrite, kept, privileges, createRoles, olderServer, jobs, programs);
    }

    public RestoreSettings withPrivileges(boolean kept) {
        return new RestoreSettings(into, overwrite, owners, kept, createRoles, olderServer, jobs, programs);
    }

    public RestoreSettings withCreateRoles(boolean wanted) {
        return new RestoreSettings(into, overwrite, owners, privileges, wanted, olderServer, jobs, programs);
    }

    public RestoreSettings withOlderServer(boolean allowed) {
        return new RestoreSettings(into, overwrite, owners, privileges, createRoles, allowed, jobs, programs);
    }

    public RestoreSettings withJobs(int number) {
        return new RestoreSettings(into, overwrite, owners, privileges, createRoles, olderServer, number, programs);
    }

    public RestoreSettings withPrograms(List<Path> directories) {
        return new RestoreSettings(into, overwrite, owners, privileges, createRoles, olderServer, jobs, directories);
    }
}
