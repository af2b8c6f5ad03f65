package io.jenkins.plugins.postgresqlbackup.alert;

import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.ui.BackupRootAction;
import java.util.Optional;
import jenkins.model.Jenkins;

/** Where things are on this Jenkins, for those who are told elsewhere; nowhere as long as Jenkins does not know its own URL. */
public final class Places {
    private final Optional<String> root = Optional.ofNullable(Jenkins.get().getRootUrl());

    /** Everything about backups. */
    public Optional<String> overview() {
        return root.map(url -> url + BackupRootAction.URL_NAME + "/");
    }

    /** The alerts. */
    public Optional<String> alerts() {
        return overview().map(url -> url + "alerts");
    }

    /** What the build said that an operation ran in. */
    public Optional<String> log(OperationRecord record) {
        return record.getBuildUrl().isEmpty()
                ? Optional.empty()
                : root.map(url -> url + record.getBuildUrl() + "console");
    }
}
