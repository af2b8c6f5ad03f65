package io.jenkins.plugins.postgresqlbackup.mail;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import java.util.Optional;

/** How to get one backup back, word for word. Neither command destroys what is there. */
final class RestoreCommands {
    private final OperationRecord backup;
    private final String repositoryUrl;
    private final Optional<DatabaseEntry> database;

    RestoreCommands(OperationRecord backup) {
        this.backup = backup;
        BackupConfiguration configuration = BackupConfiguration.get();
        this.repositoryUrl = configuration
                .repository(backup.getRepository())
                .map(RepositoryEntry::getUrl)
                .orElse("URL");
        this.database = configuration.database(backup.getDatabase());
    }

    String text() {
        String allowed = database.map(DatabaseEntry::isRestoreTarget).orElse(false)
                ? Messages.RestoreCommands_pipeline(pipeline())
                : Messages.RestoreCommands_pipelineOnceAllowed(pipeline(), backup.getDatabase());
        return allowed + "\n\n" + Messages.RestoreCommands_anywhere(commandLine());
    }

    /** A platform's database is there already and cannot be created. */
    private boolean isPlatform() {
        return database.filter(entry -> !entry.getPreset().isEmpty()).isPresent();
    }

    private String pipeline() {
        return "restoreBackup repository: '" + backup.getRepository() + "', backup: '" + backup.getBackup()
                + "', target: '" + backup.getDatabase() + "'" + (isPlatform() ? "" : ", create: true");
    }

    /** Into a new database beside the old one, so that it works whether or not that is still there. The URL holds no password. */
    private String commandLine() {
        String into = isPlatform() ? " --into-existing " + database.get().getPreset() : " --create";
        return "java -jar pgbackup.jar restore " + backup.getBackup() + " --repository " + quoted(repositoryUrl)
                + " --to " + quoted(target()) + into;
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
