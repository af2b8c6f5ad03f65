package io.jenkins.plugins.postgresqlbackup.alert;

import hudson.Extension;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.Job;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.setup.ScheduledJobs;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;
import jenkins.model.ParameterizedJobMixIn;

/** Has the job that checks backups run at once when there is a new error: so its build fails, and whoever is told of failed builds is told. */
@Extension
public final class CheckJobWay implements AlertWay {
    @Override
    public String getName() {
        return Messages.CheckJobWay_name(ScheduledJobs.CHECK);
    }

    @Override
    public boolean isEnabled() {
        return job().isPresent();
    }

    private static Optional<Job<?, ?>> job() {
        return Optional.<Job<?, ?>>ofNullable(Jenkins.get().getItemByFullName(ScheduledJobs.CHECK, Job.class))
                .filter(Job::isBuildable);
    }

    /** A build of it that runs has found the error itself. */
    @Override
    public void tell(List<AlertEvent> events) {
        boolean isNew = events.stream()
                .anyMatch(event -> event.kind() != AlertEvent.Kind.RESOLVED
                        && event.alert().isError());
        job().filter(job -> isNew && !job.isBuilding())
                .ifPresent(job -> ParameterizedJobMixIn.scheduleBuild2(
                        job,
                        0,
                        new CauseAction(new NewError(
                                events.get(events.size() - 1).alert().getId()))));
    }

    /** Why it runs out of turn. */
    public static final class NewError extends Cause {
        private final String alert;

        NewError(String alert) {
            this.alert = alert;
        }

        /** The alert's id. */
        public String getAlert() {
            return alert;
        }

        @Override
        public String getShortDescription() {
            return Messages.CheckJobWay_cause(alert);
        }
    }
}
