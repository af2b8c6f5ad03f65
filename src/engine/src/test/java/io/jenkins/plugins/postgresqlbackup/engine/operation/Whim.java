package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.storage.SettableClock;
import io.jenkins.plugins.postgresqlbackup.engine.storage.Turns;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Chooses by chance who goes on, in one of several ways, lets time pass, and at times keeps somebody from going on for long: as when a machine sleeps.
 */
final class Whim implements Turns.Choice {
    private enum Way {
        /** Anybody. */
        FAIR,
        /** Mostly the same as before. */
        STUBBORN,
        /** The one who ranks highest, until ranks change: few changes, at the right moments, bring most faults to light. */
        RANKED
    }

    private static final int[] HOURS = {1, 13, 25, 47, 49, 71, 73, 100, 200};

    private final Random random;
    private final SettableClock clock;
    private final Way way;
    private final double leaps;
    private final double sleeps;
    private final Map<Turns.Actor, Integer> asleep = new HashMap<>();
    private final Map<Turns.Actor, Integer> ranks = new HashMap<>();
    private Turns.Actor last;

    Whim(long seed, SettableClock clock) {
        this.random = new Random(seed);
        this.clock = clock;
        this.way = Way.values()[random.nextInt(Way.values().length)];
        this.leaps = new double[] {0.002, 0.01, 0.03}[random.nextInt(3)];
        this.sleeps = new double[] {0, 0.005, 0.02}[random.nextInt(3)];
    }

    @Override
    public Turns.Actor next(List<Turns.Actor> ready, int step) {
        clock.pass(Duration.ofMillis(random.nextInt(2_000)));
        if (random.nextDouble() < leaps) {
            clock.pass(Duration.ofHours(HOURS[random.nextInt(HOURS.length)]));
        }
        if (last != null && random.nextDouble() < sleeps) {
            asleep.put(last, step + 20 + random.nextInt(300));
            clock.pass(Duration.ofHours(HOURS[random.nextInt(HOURS.length)]));
        }
        List<Turns.Actor> awake = ready.stream()
                .filter(actor -> asleep.getOrDefault(actor, 0) <= step)
                .toList();
        last = choose(awake.isEmpty() ? ready : awake);
        return last;
    }

    private Turns.Actor choose(List<Turns.Actor> actors) {
        switch (way) {
            case STUBBORN -> {
                if (last != null && actors.contains(last) && random.nextInt(12) > 0) {
                    return last;
                }
                return actors.get(random.nextInt(actors.size()));
            }
            case RANKED -> {
                if (last != null && random.nextInt(60) == 0) {
                    ranks.put(last, -random.nextInt(1_000));
                }
                Turns.Actor first = actors.get(0);
                for (Turns.Actor actor : actors) {
                    ranks.computeIfAbsent(actor, any -> random.nextInt(1_000));
                    if (ranks.get(actor) > ranks.get(first)) {
                        first = actor;
                    }
                }
                return first;
            }
            default -> {
                return actors.get(random.nextInt(actors.size()));
            }
        }
    }
}
