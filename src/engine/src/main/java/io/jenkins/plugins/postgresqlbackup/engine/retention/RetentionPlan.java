package io.jenkins.plugins.postgresqlbackup.engine.retention;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which backups stay and which go, and why.
 *
 * <p>The rules, database by database:
 * <ul>
 *   <li>A backup stays whose manifest cannot be read, which is pinned, or whose time lies more than {@link #CLOCK_ERROR} in the future. The first and
 *       the last of these take no part in what follows.
 *   <li>A backup stays that is not older than the policy's days.
 *   <li>The rules that count (the newest so many, the last one of each day, week, month, year, and the minimum) are applied three times: to the
 *       verified backups alone, then to these and the ones that nobody has verified yet, then to all, the doubtful ones too. What any of the three
 *       keeps stays. So a verified backup stays or goes exactly as if there were no others: who forges backups pushes none out.
 *   <li>What no rule keeps goes.
 * </ul>
 *
 * <p>The plan for what a plan keeps is to keep it all, as long as it is the same moment. Immutable.
 *
 * @param decisions by database and time
 */
public record RetentionPlan(List<Decision> decisions) {
    /** By how much clocks may be wrong. */
    public static final Duration CLOCK_ERROR = Duration.ofMinutes(5);

    public RetentionPlan {
        decisions = List.copyOf(decisions);
    }

    /** @param now by the clock that the backups' times are read from */
    public static RetentionPlan of(RetentionPolicy policy, Collection<Candidate> candidates, Instant now) {
        Map<String, List<Candidate>> byDatabase = candidates.stream()
                .collect(Collectors.groupingBy(Candidate::database, TreeMap::new, Collectors.toList()));
        List<Decision> decisions = new ArrayList<>();
        for (List<Candidate> ofOne : byDatabase.values()) {
            ofOne.sort(Comparator.comparing(Candidate::time).thenComparing(Candidate::id));
            decisions.addAll(new OneDatabase(policy, ofOne, now).decide());
        }
        return new RetentionPlan(decisions);
    }

    /** By the backups' ids. */
    public Map<String, Decision> byId() {
        return decisions.stream().collect(Collectors.toMap(Decision::id, decision -> decision));
    }
}
