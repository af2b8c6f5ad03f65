package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets several actors work at once in an order that a test chooses: each has a thread of its own and waits before each of its steps until it is its
 * turn, so that one runs at a time and the same choices give the same run.
 *
 * <p>An actor's steps are what it calls on the store that it got from a {@link TurnStore}.
 */
public final class Turns {
    private static final int PATIENCE_SECONDS = 60;

    /** Chooses who goes on. */
    @FunctionalInterface
    public interface Choice {
        /** @param step how many steps were taken so far */
        Actor next(List<Actor> ready, int step);
    }

    /** Somebody who works. */
    public final class Actor {
        private final String name;
        private final Callable<?> work;
        private final Semaphore turn = new Semaphore(0);
        private volatile boolean over;
        private volatile Throwable failure;
        private volatile String next = "begin";

        private Actor(String name, Callable<?> work) {
            this.name = name;
            this.work = work;
        }

        public String name() {
            return name;
        }

        /** What this one is about to do. */
        public String next() {
            return next;
        }

        private void run() {
            try {
                awaitTurn("begin");
                work.call();
            } catch (Throwable e) { // told by run()
                failure = e;
            } finally {
                over = true;
                parked.release();
            }
        }

        private void awaitTurn(String what) {
            next = what;
            parked.release();
            turn.acquireUninterruptibly();
        }
    }

    private final List<Actor> actors = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private final Semaphore parked = new Semaphore(0);
    private volatile boolean running;

    /** Adds one, before the run begins. */
    public Actor actor(String name, Callable<?> work) {
        Actor actor = new Actor(name, work);
        actors.add(actor);
        return actor;
    }

    /** What was done, a line for each step. */
    public List<String> trace() {
        return trace;
    }

    /** Waits until it is the actor's turn. Outside a run nobody waits. */
    void step(Actor actor, String what) {
        if (running) {
            actor.awaitTurn(what);
        }
    }

    /**
     * Runs all to their end.
     *
     * @throws AssertionError when one failed, or stands still
     */
    public void run(Choice choice) throws InterruptedException {
        running = true;
        for (Actor actor : actors) {
            Thread thread = new Thread(actor::run, actor.name);
            thread.setDaemon(true);
            thread.start();
            awaitParked();
        }
        List<Actor> ready = new ArrayList<>(actors);
        for (int step = 0; !ready.isEmpty(); step++) {
            Actor actor = choice.next(List.copyOf(ready), step);
            trace.add(actor.name + ": " + actor.next);
            actor.turn.release();
            awaitParked();
            ready.removeIf(one -> one.over);
        }
        running = false;
        for (Actor actor : actors) {
            if (actor.failure != null) {
                throw new AssertionError(actor.name + " failed: " + actor.failure, actor.failure);
            }
        }
    }

    private void awaitParked() throws InterruptedException {
        if (!parked.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("Somebody stands still after " + trace.get(trace.size() - 1));
        }
    }
}
