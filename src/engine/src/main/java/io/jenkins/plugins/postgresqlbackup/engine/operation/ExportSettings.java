package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.nio.file.Path;
import java.util.List;

/**
 * How to export.
 *
 * @param directory where the files go; it is made if it is not there
 * @param tables patterns of the tables that are wanted; empty: all of the backup
 * @param overwrite whether files of an earlier export in the directory may be replaced; without it the directory must be empty
 * @param owners whether objects get their owners when the files are loaded; else all belong to the role that loads them
 * @param privileges whether grants, default privileges and settings of single roles come with it
 * @param jobs how many tables are written at once, at least 1
 * @param programs directories to look for {@code pg_restore} in, before the usual ones
 */
public record ExportSettings(
        Path directory,
        List<String> tables,
        boolean overwrite,
        boolean owners,
        boolean privileges,
        int jobs,
        List<Path> programs) {
    public ExportSettings {
        if (jobs < 1) {
            throw new IllegalArgumentException("An export needs at least one job.");
        }
        tables = List.copyOf(tables);
        programs = List.copyOf(programs);
    }

    /** All of the backup, with owners and grants, two jobs, into an empty directory. */
    public static ExportSettings to(Path directory) {
        return new ExportSettings(directory, List.of(), false, true, true, 2, List.of());
    }

    public ExportSettings withTables(List<String> patterns) {
        return new ExportSettings(directory, patterns, overwrite, owners, privileges, jobs, programs);
    }

    public ExportSettings withOverwrite(boolean allowed) {
        return new ExportSettings(directory, tables, allowed, owners, privileges, jobs, programs);
    }

    public ExportSettings withOwners(boolean kept) {
        return new ExportSettings(directory, tables, overwrite, kept, privileges, jobs, programs);
    }

    public ExportSettings withPrivileges(boolean kept) {
        return new ExportSettings(directory, tables, overwrite, owners, kept, jobs, programs);
    }

    public ExportSettings withJobs(int number) {
        return new ExportSettings(directory, tables, overwrite, owners, privileges, number, programs);
    }

    public ExportSettings withPrograms(List<Path> directories) {
        return new ExportSettings(directory, tables, overwrite, owners, privileges, jobs, directories);
    }
}
