package io.jenkins.plugins.postgresqlbackup.ui;

import hudson.model.Item;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.request.OnDemandJob;
import io.jenkins.plugins.postgresqlbackup.request.RequestedOperation;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;

/** The page that answers a form of the overview: what came of it. No browser keeps it. */
public final class Answer implements HttpResponse {
    /** The request was understood, and what it asks for cannot be done. */
    private static final int UNPROCESSABLE = 422;

    private final int status;
    private final String title;
    private final String message;
    private final List<String> jobs;

    private Answer(int status, String title, String message, List<String> jobs) {
        this.status = status;
        this.title = title;
        this.message = message;
        this.jobs = jobs;
    }

    static Answer proven(String repository, String place) {
        return good(Messages.Answer_checked(), Messages.Answer_proven(repository, place), List.of());
    }

    static Answer notProven(String repository, String why) {
        return bad(Messages.Answer_notChecked(), Messages.Answer_notProven(repository, why));
    }

    static Answer notCreated(String repository, String why) {
        return bad(Messages.Answer_notCreated(), Messages.Answer_notCreatedBecause(repository, why));
    }

    /**
     * @param all the names of the jobs that there are for the database
     * @param made of the new ones among them
     * @param refusals a sentence for each that an entry does not let run
     */
    static Answer setUp(String database, List<String> all, List<String> made, List<String> refusals) {
        if (all.isEmpty()) {
            return bad(Messages.Answer_notSetUp(), Messages.Answer_noJobs(database));
        }
        String message = made.isEmpty()
                ? Messages.Answer_jobsWereThere(String.join(", ", all))
                : Messages.Answer_jobsMade(String.join(", ", made));
        String whole = Stream.concat(Stream.of(message), refusals.stream()).collect(Collectors.joining(" "));
        return good(Messages.Answer_setUp(), whole, all);
    }

    static Answer notStarted(String why) {
        return bad(Messages.Answer_notStarted(), why);
    }

    /** Has a build do what somebody asks for who may, if the job may too. */
    static Answer start(RequestedOperation operation) {
        List<String> refusals = operation.refusals();
        if (!refusals.isEmpty()) {
            return notStarted(String.join(" ", refusals));
        }
        try {
            OnDemandJob.start(operation);
        } catch (IOException e) {
            return notStarted(e.getMessage());
        }
        return good(Messages.Answer_started(), Messages.Answer_startedBy(OnDemandJob.NAME), List.of(OnDemandJob.NAME));
    }

    private static Answer good(String title, String message, List<String> jobs) {
        return new Answer(HttpServletResponse.SC_OK, title, message, jobs);
    }

    private static Answer bad(String title, String message) {
        return new Answer(UNPROCESSABLE, title, message, List.of());
    }

    public boolean isGood() {
        return status == HttpServletResponse.SC_OK;
    }

    public String getTitle() {
        return title;
    }

    public String getMessage() {
        return message;
    }

    /** Those that who asks may see. */
    public List<Item> getJobs() {
        // As SYSTEM: Jenkins refuses the whole page to those who may discover a job and not read it.
        List<Item> there;
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            there = jobs.stream()
                    .map(name -> (Item) Jenkins.get().getItem(name))
                    .filter(item -> item != null)
                    .toList();
        }
        return there.stream().filter(item -> item.hasPermission(Item.READ)).toList();
    }

    @Override
    public void generateResponse(StaplerRequest2 request, StaplerResponse2 response, Object node)
            throws IOException, ServletException {
        response.setStatus(status);
        response.setHeader("Cache-Control", "no-store");
        request.getView(this, "index").forward(request, response);
    }
}
