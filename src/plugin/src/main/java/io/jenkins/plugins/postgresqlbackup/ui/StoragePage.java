package io.jenkins.plugins.postgresqlbackup.ui;

import hudson.model.ModelObject;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import java.util.List;

/** All repositories: how full they are, who has keys, and who is at work. */
public final class StoragePage implements ModelObject {
    private final Catalogue catalogue = Catalogue.get();

    @Override
    public String getDisplayName() {
        return Messages.StoragePage_displayName();
    }

    public List<RepositoryRow> getRepositories() {
        return BackupConfiguration.get().getRepositories().stream()
                .map(entry -> new RepositoryRow(entry, catalogue))
                .toList();
    }
}
