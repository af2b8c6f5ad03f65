package io.jenkins.plugins.postgresqlbackup.mail;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import java.util.Optional;

/** How to get one backup back, word for word. Neither command destroys what is there. */
public final class RestoreCommands {
    private final String repository;
    private final String backup;
    private final String databaseName;
    private final String repositoryUrl;
    private final Optional<DatabaseEntry> database;

    /**
     * @param backup its id
     * @param database the entry it was taken for; empty if that is not known
     */
    public RestoreCommands(String repository, String backup, String database) {
        this.repository = repository;
        this.backup = backup;
        this.databaseName = database;
        BackupConfiguration configuration = BackupConfiguration.get();
        this.repositoryUrl = configuration
                .repository(repository)
                .map(RepositoryEntry::getUrl)
                .orElse("URL");
        this.database = configuration.database(database);
    }

    /** A sentence about where {@link #pipeline} works, for above it. */
    public String aboutPipeline() {
        return database.map(DatabaseEntry::isRestoreTarget).orElse(false)
                ? Messages.RestoreCommands_pipeline()
                : Messages.RestoreCommands_pipelineOnceAllowed(databaseName);
    }

    /** A sentence about where {@link #commandLine} works, for above it. */
    public String aboutCommandLine() {
        return Messages.RestoreCommands_anywhere();
    }

    /** A platform's database is there already and cannot be created. */
    private boolean isPlatform() {
        return database.filter(entry -> !entry.getPreset().isEmpty()).isPresent();
    }

    /** A step of a Pipeline. */
    public String pipeline() {
        return "restoreBackup repository: " + literal(repository) + ", backup: " + literal(backup) + ", target: "
                + literal(databaseName) + (isPlatform() ? "" : ", create: true");
    }

    /** For a Jenkinsfile. */
    private static String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /** Into a new database beside the old one, so that it works whether or not that is still there. The URL holds no password. */
    public String commandLine() {
        String into = isPlatform() ? " --into-existing " + database.get().getPreset() : " --create";
        return "java -jar pgbackup.jar restore " + backup + " --repository " + quoted(repositoryUrl) + " --to "
                + quoted(target()) + into;
    }

    private String target() {
        if (database.isEmpty()) {
            return "postgresql://USER@HOST:5432/restored";
        }
        String url = database.get().urlWithUser();
        try {
            DatabaseUrl parsed = DatabaseUrl.parse(url);
            return isPlatform()
                    ? url
                    : parsed.withDatabase(parsed.database() + "_restored").toString();
        } catch (IllegalArgumentException e) {
            return url; // the entry has a URL that is none; people see what it says
        }
    }

    /** For a shell. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
