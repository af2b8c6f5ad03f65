package io.jenkins.plugins.postgresqlbackup.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.postgresqlbackup.Messages;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The call of one operation on a node. {@link #run} waits for it, {@link #stop} asks it to end and may come from another thread; the operation's outcome
 * then says what was left behind.
 */
public final class AgentCall<R extends Serializable> {
    private static final Logger LOGGER = Logger.getLogger(AgentCall.class.getName());

    private final VirtualChannel channel;
    private final AgentOperation<R> operation;

    /** @param channel null if the node has gone offline */
    public AgentCall(@CheckForNull VirtualChannel channel, AgentOperation<R> operation) throws IOException {
        if (channel == null) {
            throw new IOException(Messages.AgentCall_offline());
        }
        this.channel = channel;
        this.operation = operation;
    }

    /**
     * Waits for the outcome. The secrets in the operation are wiped then: a controller's memory is kept in many a heap dump.
     *
     * @throws AbortException when the node answered what no operation can
     * @throws IOException when the node is lost
     */
    public Outcome<R> run() throws IOException, InterruptedException {
        try {
            operation.libraries().bringTo(channel);
            return channel.call(operation);
        } catch (InvalidObjectException e) {
            throw new AbortException(e.getMessage());
        } finally {
            operation.wipe();
        }
    }

    /** Asks the operation to end; returns at once. */
    public void stop() {
        try {
            channel.callAsync(new StopOperation(operation.runId()));
        } catch (IOException e) {
            // The channel is closed, which ends the operation too.
            LOGGER.log(Level.FINE, "An operation cannot be asked to end", e);
        }
    }

    /**
     * Waits for the result no longer than this. The secrets in the operation are wiped as by {@link #run}.
     *
     * @throws IOException with a sentence when it fails or takes longer
     */
    public R within(Duration patience) throws IOException, InterruptedException {
        // On a thread of its own: a node that hangs may do so already while it is brought the libraries.
        Callable<Outcome<R>> waiting = this::run;
        Future<Outcome<R>> future = Computer.threadPoolForRemoting.submit(waiting);
        try {
            Outcome<R> outcome = future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            R result = outcome.result();
            if (result == null) {
                throw new IOException(outcome.message());
            }
            return result;
        } catch (TimeoutException e) {
            stop();
            future.cancel(true);
            throw new IOException(Messages.AgentCall_noAnswer(patience.toSeconds()), e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof IOException failure
                    ? failure
                    : new IOException(Messages.AgentCall_failed(cause.getMessage()), cause);
        }
    }
}
