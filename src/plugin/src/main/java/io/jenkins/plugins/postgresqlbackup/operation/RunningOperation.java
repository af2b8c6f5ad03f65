package io.jenkins.plugins.postgresqlbackup.operation;

import hudson.AbortException;
import hudson.FilePath;
import hudson.Util;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.RequestAbortedException;
import hudson.security.ACL;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.RefusedException;
import io.jenkins.plugins.postgresqlbackup.agent.AgentCall;
import io.jenkins.plugins.postgresqlbackup.agent.AgentOperation;
import io.jenkins.plugins.postgresqlbackup.agent.Outcome;
import io.jenkins.plugins.postgresqlbackup.alert.AlertWay;
import io.jenkins.plugins.postgresqlbackup.history.BackupBuildAction;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.tool.PostgresqlInstallation;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.CauseOfInterruption;
import jenkins.model.Jenkins;
import jenkins.security.ImpersonatingExecutorService;
import jenkins.util.Timer;

/**
 * An order that is being carried out on a node, while a thread of this class's own waits for it: none of a build's, a request's or a timer's.
 *
 * <p>It ends with a result or with: {@link AbortException} for what went wrong, {@link InterruptedException} when it was stopped, another
 * {@link IOException} when the node was lost.
 */
public final class RunningOperation<R extends Serializable> {
    private static final Logger LOGGER = Logger.getLogger(RunningOperation.class.getName());

    /** How long a node may take to tidy up after it was told to stop; builds end within five seconds. */
    private static final Duration GRACE = Duration.ofSeconds(4);

    private static final int HALF_A_SECOND_MILLIS = 500;

    private static final ExecutorService THREADS = new ImpersonatingExecutorService(
            Executors.newCachedThreadPool(
                    new NamingThreadFactory(new DaemonThreadFactory(), "postgresql-backup operation")),
            ACL.SYSTEM2);

    private final Order<R> order;
    private final OperationRecord record;
    private final Run<?, ?> build;
    private final TaskListener listener;
    private final Node node;
    private final FilePath workspace;
    private final CompletableFuture<R> result = new CompletableFuture<>();
    private volatile AgentCall<R> call;
    private volatile Future<?> waiting;
    private volatile boolean stopped;

    /** Guarded by this object. */
    private boolean settled;

    private volatile List<CauseOfInterruption> stopCauses = List.of();

    private RunningOperation(
            Order<R> order,
            OperationRecord record,
            Run<?, ?> build,
            TaskListener listener,
            Node node,
            FilePath workspace) {
        this.order = order;
        this.record = record;
        this.build = build;
        this.listener = listener;
        this.node = node;
        this.workspace = workspace;
    }

    /**
     * Begins; the thread that asks must be authenticated as the build is. An order that cannot or may not be carried out has failed like any other.
     *
     * @param workspace any directory on the node
     */
    public static <R extends Serializable> RunningOperation<R> start(
            Order<R> order, Run<?, ?> build, TaskListener listener, Node node, FilePath workspace) {
        OrderContext context = new OrderContext(build, node.getDisplayName());
        RunningOperation<R> running =
                new RunningOperation<>(order, order.record(context), build, listener, node, workspace);
        try {
            Order.Prepared<R> prepared = order.prepare(context);
            running.waiting = THREADS.submit(() -> running.carryOut(prepared));
        } catch (RefusedException e) {
            running.waiting = THREADS.submit(() -> {
                running.result.completeExceptionally(e);
            });
        } catch (IOException e) {
            running.waiting = THREADS.submit(
                    () -> running.end(running.record, OperationState.FAILED, e.getMessage(), e, listener.getLogger()));
        }
        return running;
    }

    /** What comes of it. Cancelling this future does nothing; {@link #stop} does. */
    public CompletableFuture<R> result() {
        return result;
    }

    /**
     * Ends it: the node is asked first, and no longer waited for after a few seconds. Returns at once.
     *
     * @param causes who or what wants that; none if it is not known
     */
    public void stop(Collection<CauseOfInterruption> causes) {
        stopCauses = List.copyOf(causes);
        stopped = true;
        AgentCall<R> present = call;
        if (present != null) {
            present.stop();
        }
        Timer.get().schedule(this::giveUp, GRACE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The thread that waits is told first, for it says so in the log; whatever holds that one, the build ends. */
    private void giveUp() {
        synchronized (this) {
            if (!settled) {
                waiting.cancel(true);
            }
        }
        Timer.get()
                .schedule(
                        () -> result.completeExceptionally(
                                new InterruptedException(Messages.RunningOperation_noAnswer())),
                        HALF_A_SECOND_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    /** From here on what came of it is kept: an interrupt would tear the files that it is written to. */
    private synchronized void settle() {
        settled = true;
        Thread.interrupted();
    }

    private void carryOut(Order.Prepared<R> prepared) {
        PrintStream log = listener.getLogger();
        try {
            OperationHistory.get().put(record);
            log.println(prepared.headline());
            AgentOperation<R> operation = prepared.operation();
            operation.tell(listener);
            operation.workFor(Util.fixNull(Jenkins.get().getRootUrl()) + build.getUrl());
            operation.usePrograms(PostgresqlInstallation.homesOn(node));
            call = new AgentCall<>(workspace.getChannel(), operation);
            if (stopped) {
                throw new InterruptedException(Messages.RunningOperation_stopped());
            }
            finish(call.run(), log);
        } catch (InterruptedException e) {
            log.println(Messages.RunningOperation_noAnswer());
            end(record, OperationState.ABORTED, Messages.RunningOperation_noAnswer(), e, log);
        } catch (AbortException e) {
            end(record, failedOrAborted(), e.getMessage(), e, log);
        } catch (IOException | RequestAbortedException e) {
            String lost = Messages.RunningOperation_nodeLost(node.getDisplayName(), e.getMessage());
            log.println(lost);
            // Its cause is what retry(conditions: [agent()]) looks for.
            end(record, failedOrAborted(), lost, new IOException(lost, e), log);
        } catch (RuntimeException | Error e) {
            LOGGER.log(Level.WARNING, "An operation ended in a way it should not", e);
            end(record, failedOrAborted(), e.toString(), e, log);
        }
    }

    private void finish(Outcome<R> outcome, PrintStream log) {
        settle();
        R value = outcome.result();
        if (outcome.isStopped()) {
            log.println(outcome.message());
            end(record, OperationState.ABORTED, outcome.message(), new InterruptedException(outcome.message()), log);
        } else if (value == null) {
            outcome.details().forEach(line -> log.println("  " + line));
            end(record, failedOrAborted(), outcome.message(), new AbortException(outcome.message()), log);
        } else {
            OperationRecord noted = order.note(record, value);
            log.println(order.describe(value));
            Optional<String> objection = order.objection(value);
            if (objection.isPresent()) {
                // Found bad is found bad, also if somebody stopped it meanwhile.
                end(noted, OperationState.FAILED, objection.get(), new AbortException(objection.get()), log);
            } else {
                remember(noted.ended(OperationState.SUCCEEDED, null, Instant.now()), log);
                result.complete(value);
            }
        }
    }

    /** What goes wrong after it was stopped goes wrong because of that. */
    private OperationState failedOrAborted() {
        return stopped ? OperationState.ABORTED : OperationState.FAILED;
    }

    private void end(OperationRecord what, OperationState state, String why, Throwable failure, PrintStream log) {
        settle();
        OperationRecord how = what.ended(state, withCauses(why), Instant.now());
        OperationRecord ended = state == OperationState.ABORTED && !stoppedByPerson() ? how.abandonedByAll() : how;
        try {
            remember(ended, log);
            if (state == OperationState.FAILED || !stoppedByPerson()) {
                tell(ended, log);
            }
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "What came of an operation could not be kept or told", e);
        } finally {
            result.completeExceptionally(stopped ? interrupted(why, failure) : failure);
        }
    }

    /** Says by which ways the check, which sees that it failed, tells whom it concerns. */
    private static void tell(OperationRecord failed, PrintStream log) {
        if (failed.getKind() != OperationKind.LIST) {
            String ways = AlertWay.all().stream()
                    .filter(AlertWay::isEnabled)
                    .map(AlertWay::getName)
                    .collect(Collectors.joining(", "));
            log.println(ways.isEmpty() ? Messages.RunningOperation_nobodyTold() : Messages.RunningOperation_told(ways));
        }
    }

    /** Such as {@code It was stopped. Aborted by alice}. */
    private String withCauses(String why) {
        StringBuilder text = new StringBuilder(Util.fixNull(why));
        stopCauses.forEach(cause -> text.append(' ').append(cause.getShortDescription()));
        return text.toString();
    }

    /** Whoever stops it knows; a deadline or a lost node tells nobody. */
    private boolean stoppedByPerson() {
        return stopCauses.stream().anyMatch(CauseOfInterruption.UserInterruption.class::isInstance);
    }

    private static InterruptedException interrupted(String why, Throwable cause) {
        InterruptedException interrupted = new InterruptedException(why);
        interrupted.initCause(cause);
        return interrupted;
    }

    private void remember(OperationRecord ended, PrintStream log) {
        OperationHistory.get().put(ended);
        if (ended.getState() != OperationState.SUCCEEDED) {
            BackupMonitor.get().checkSoon();
        } else if (ended.getKind() != OperationKind.LIST) {
            BackupMonitor.get().checkInAWhile();
        }
        try {
            BackupBuildAction.add(build, ended);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "What a build did with backups cannot be kept with it: " + build, e);
            log.println(Messages.RunningOperation_notKept(e.getMessage()));
        }
    }
}
