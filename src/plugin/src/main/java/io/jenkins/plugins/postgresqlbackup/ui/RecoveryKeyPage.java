package io.jenkins.plugins.postgresqlbackup.ui;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.agent.CreatedRepository;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;

/** The one page that shows a new repository's recovery key, to be printed. It answers a POST and is kept nowhere: who loads it again does not see it again. */
public final class RecoveryKeyPage implements HttpResponse {
    private final RepositoryEntry entry;
    private final CreatedRepository created;

    RecoveryKeyPage(RepositoryEntry entry, CreatedRepository created) {
        this.entry = entry;
        this.created = created;
    }

    public String getDisplayName() {
        return Messages.RecoveryKeyPage_displayName();
    }

    public String getName() {
        return entry.getName();
    }

    public String getUrl() {
        return entry.getUrl();
    }

    public String getRecoveryKey() {
        return created.getRecoveryKey();
    }

    public String getFingerprint() {
        return created.getFingerprint();
    }

    /** Where it is, for people. */
    public String getPlace() {
        return created.getPlace();
    }

    /** The day it was created, in UTC. */
    public String getDay() {
        return LocalDate.now(ZoneOffset.UTC).toString();
    }

    @Override
    public void generateResponse(StaplerRequest2 request, StaplerResponse2 response, Object node)
            throws IOException, ServletException {
        response.setHeader("Cache-Control", "no-store");
        request.getView(this, "index").forward(request, response);
    }
}
