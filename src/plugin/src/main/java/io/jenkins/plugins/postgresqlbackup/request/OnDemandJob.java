package io.jenkins.plugins.postgresqlbackup.request;

import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.FreeStyleProject;
import hudson.model.ItemGroup;
import hudson.model.TopLevelItem;
import hudson.model.listeners.ItemListener;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.tasks.LogRotator;
import io.jenkins.plugins.postgresqlbackup.Messages;
import java.io.IOException;
import jenkins.model.Jenkins;

/** The job that does what people ask for on the pages. It is made when somebody asks for the first time, and never changed after that. */
public final class OnDemandJob {
    /** What the entries must list. */
    public static final String NAME = "backup-on-demand";

    private static final int BUILDS_KEPT = 100;

    private OnDemandJob() {}

    /**
     * Has a build do it, in the name of who asks; the caller has checked that he may.
     *
     * @throws IOException with a sentence when no build can
     */
    public static void start(RequestedOperation operation) throws IOException {
        CauseAction cause = new CauseAction(new Cause.UserIdCause());
        // As SYSTEM: who asks need not see the job. What it may do is up to the entries.
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            FreeStyleProject job = job();
            if (!job.isBuildable() || job.scheduleBuild2(0, cause, operation) == null) {
                throw new IOException(Messages.OnDemandJob_notBuildable(NAME));
            }
        }
    }

    private static synchronized FreeStyleProject job() throws IOException {
        Object there = Jenkins.get().getItem(NAME);
        if (there == null) {
            return make();
        }
        if (there instanceof FreeStyleProject job
                && job.getBuildersList().get(RequestedOperationBuilder.class) != null) {
            return job;
        }
        throw new IOException(Messages.OnDemandJob_another(NAME));
    }

    private static FreeStyleProject make() throws IOException {
        FreeStyleProject job = new FreeStyleProject((ItemGroup<?>) Jenkins.get(), NAME);
        if (job.getConfigFile().exists()) {
            throw new IOException(Messages.ScheduledJobs_unreadable(NAME));
        }
        job.setDescription(Messages.OnDemandJob_description());
        job.setBuildDiscarder(new LogRotator(-1, BUILDS_KEPT, -1, -1));
        job.setConcurrentBuild(true);
        job.setAssignedLabel(null);
        job.getBuildersList().add(new RequestedOperationBuilder());
        job.onCreatedFromScratch();
        job.save(); // whole before anybody sees it
        Jenkins.get().add((TopLevelItem) job, NAME);
        ItemListener.fireOnCreated(job);
        return job;
    }
}
