package io.jenkins.plugins.postgresqlbackup.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressDisplay;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressLines;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreFailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Serializable;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.security.MasterToSlaveCallable;

/**
 * One engine operation, sent to a node. It tells its progress in the build log, turns what goes wrong into words, and ends early when it is asked to
 * ({@link StopOperation}) or when the channel to the controller closes. Secrets are wiped when it is over.
 */
public abstract class AgentOperation<R extends Serializable> extends MasterToSlaveCallable<Outcome<R>, IOException> {
    private static final long serialVersionUID = 1;
    private static final Logger LOGGER = Logger.getLogger(AgentOperation.class.getName());

    /** The threads of the operations that run in this Java machine, by {@link #runId}. */
    private static final ConcurrentMap<String, Thread> RUNNING = new ConcurrentHashMap<>();

    /** How long a class may take, in all. */
    private static final int MOST_PAUSES = 150;

    private static final int PAUSE_MILLIS = 20;

    private final String libraries;
    private final RepositoryAccess opened;
    private final String runId = UUID.randomUUID().toString();
    private final ArrayList<String> programs = new ArrayList<>();
    private TaskListener listener = TaskListener.NULL;

    /** One that opens no repository. */
    protected AgentOperation() {
        this(AgentLibraries.ENGINE, null);
    }

    /** One that opens this repository. */
    protected AgentOperation(RepositoryAccess repository) {
        this(repository.libraries(), repository);
    }

    private AgentOperation(AgentLibraries libraries, @CheckForNull RepositoryAccess opened) {
        this.libraries = libraries.name();
        this.opened = opened;
    }

    /** Does it, on the node. */
    protected abstract R run(Work work) throws IOException, InterruptedException;

    /** Wipes what is secret in it. */
    protected abstract void wipe();

    /** Where to tell progress. */
    public final void tell(TaskListener whom) {
        listener = whom;
    }

    /** By which URL others, who see in the repository that it is at work, find the build. */
    public final void workFor(String buildUrl) {
        if (opened != null) {
            opened.useFor(buildUrl);
        }
    }

    /** The directories of PostgreSQL's client programs that are set up for the node. */
    public final void usePrograms(List<String> homes) {
        programs.clear();
        programs.addAll(homes);
    }

    /** What it is made of; the node has no use for that. */
    final AgentLibraries libraries() {
        return AgentLibraries.valueOf(libraries);
    }

    final String runId() {
        return runId;
    }

    @Override
    public final Outcome<R> call() {
        Thread thread = Thread.currentThread();
        ClassLoader loaderBefore = thread.getContextClassLoader();
        PrintStream log = listener.getLogger();
        Channel.Listener disconnection = new Disconnection(runId);
        Optional<Channel> channel = Optional.ofNullable(Channel.current());
        RUNNING.put(runId, thread);
        channel.ifPresent(open -> open.addListener(disconnection));
        thread.setContextClassLoader(getClass().getClassLoader());
        try {
            return work(log);
        } finally {
            RUNNING.remove(runId);
            thread.setContextClassLoader(loaderBefore);
            channel.ifPresent(open -> open.removeListener(disconnection));
            Thread.interrupted(); // the thread is the node's own: it takes other work after this
            wipe();
            log.flush();
        }
    }

    private Outcome<R> work(PrintStream log) {
        try (ProgressDisplay progress = new ProgressDisplay(
                new ProgressLines(log, "  "),
                warning -> log.println("  " + Messages.AgentOperation_warning(oneLine(warning))))) {
            R result = run(new Work(progress, programs.stream().map(Path::of).toList(), log));
            progress.finish();
            return Outcome.of(result);
        } catch (InterruptedException | ClosedByInterruptException e) {
            return Outcome.stopped(e.getMessage() == null ? Messages.RunningOperation_stopped() : e.getMessage());
        } catch (RestoreFailedException e) {
            List<String> details = new ArrayList<>(e.problems());
            details.addAll(e.standing());
            return Outcome.failed(
                    firstLine(e.getMessage()),
                    details.stream().map(AgentOperation::oneLine).toList());
        } catch (FileSystemException e) {
            return Outcome.failed(sentence(e), List.of());
        } catch (IOException | IllegalArgumentException e) {
            LOGGER.log(Level.FINE, "An operation failed", e);
            return Outcome.failed(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(), List.of());
        } catch (RuntimeException | LinkageError e) {
            LOGGER.log(Level.WARNING, "An operation ended in a way it should not", e);
            return Outcome.failed(Messages.AgentOperation_unexpected(e), List.of());
        }
    }

    /** Names of tables may hold anything: none begins a line of the log. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse(message);
    }

    /** Java's messages of these are mostly the bare path. */
    private static String sentence(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return Messages.AgentOperation_noFile(failure.getFile());
        }
        if (failure instanceof AccessDeniedException) {
            return Messages.AgentOperation_denied(failure.getFile());
        }
        return failure.getReason() == null
                ? Messages.AgentOperation_fileFailed(failure.getFile())
                : failure.getFile() + ": " + failure.getReason() + ".";
    }

    /** Ends the operation of this id, if it runs here. */
    static boolean stop(String runId) throws InterruptedException {
        Thread thread = RUNNING.get(runId);
        if (thread == null) {
            return false;
        }
        // Not while the thread fetches a class from the controller, which would swallow it; once only, for what follows
        // is tidying up.
        for (int i = 0; i < MOST_PAUSES && isLoadingClasses(thread); i++) {
            Thread.sleep(PAUSE_MILLIS);
        }
        return interrupt(runId);
    }

    /** Only while the operation runs: the thread is the node's own and does other work after it. */
    private static boolean interrupt(String runId) {
        Thread interrupted = RUNNING.computeIfPresent(runId, (id, thread) -> {
            thread.interrupt();
            return thread;
        });
        return interrupted != null;
    }

    private static boolean isLoadingClasses(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals("hudson.remoting.RemoteClassLoader"));
    }

    /** Nobody waits for the result any more. */
    private static final class Disconnection extends Channel.Listener {
        private final String runId;

        Disconnection(String runId) {
            this.runId = runId;
        }

        @Override
        public void onClosed(Channel closed, IOException cause) {
            interrupt(runId);
        }
    }
}
