package io.jenkins.plugins.postgresqlbackup.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every plan, tried on random sets of backups and random policies. A failure names the seed. */
final class RetentionPropertiesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private record Case(long seed, RetentionPolicy policy, List<Candidate> candidates, Map<String, Decision> plan) {
        static Case of(long seed) {
            Random random = new Random(seed);
            RetentionPolicy policy = randomPolicy(random);
            List<Candidate> candidates = randomCandidates(random);
            return new Case(
                    seed,
                    policy,
                    candidates,
                    RetentionPlan.of(policy, candidates, NOW).byId());
        }

        @Override
        public String toString() {
            return "seed " + seed;
        }
    }

    static List<Case> cases() {
        return LongStream.rangeClosed(1, 200).mapToObj(Case::of).toList();
    }

    private static RetentionPolicy randomPolicy(Random random) {
        return new RetentionPolicy(
                random.nextInt(3) * random.nextInt(40),
                random.nextInt(5),
                random.nextInt(10),
                random.nextInt(6),
                random.nextInt(6),
                random.nextInt(4),
                1 + random.nextInt(5),
                random.nextBoolean() ? ZoneOffset.UTC : ZoneId.of("America/St_Johns"));
    }

    private static List<Candidate> randomCandidates(Random random) {
        List<Candidate> some = new ArrayList<>();
        int days = 1 + random.nextInt(900);
        for (int i = random.nextInt(80); i > 0; i--) {
            Instant time = NOW.minusSeconds(random.nextLong(-86_400, days * 86_400L));
            some.add(
                    random.nextInt(20) == 0
                            ? Candidate.unreadable("b" + i, "It was cut.")
                            : new Candidate(
                                    "b" + i,
                                    "d" + random.nextInt(3),
                                    time,
                                    Grade.values()[Math.min(2, random.nextInt(5) * random.nextInt(2))],
                                    random.nextInt(15) == 0 ? Optional.of("important") : Optional.empty(),
                                    Optional.empty()));
        }
        return some;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyBackupHasOneDecisionWithReasons(Case any) {
        assertThat(any.plan().keySet())
                .isEqualTo(any.candidates().stream().map(Candidate::id).collect(Collectors.toSet()));
        assertThat(any.plan().values())
                .allSatisfy(decision -> assertThat(decision.reasons())
                        .isNotEmpty()
                        .allMatch(reason -> reason.matches("(It|Its|Fewer) .*[.]|It is pinned: important")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatMayNeverGoStays(Case any) {
        for (Candidate candidate : any.candidates()) {
            boolean untouchable = candidate.pin().isPresent()
                    || candidate.unreadable().isPresent()
                    || candidate.time().isAfter(NOW.plus(Duration.ofMinutes(5)))
                    || any.policy().keepDays() > 0
                            && !candidate
                                    .time()
                                    .isBefore(NOW.minus(
                                            Duration.ofDays(any.policy().keepDays())));
            assertThat(any.plan().get(candidate.id()).keep() || !untouchable)
                    .as(candidate.toString())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theMinimumIsNeverUndercut(Case any) {
        for (String database : List.of("d0", "d1", "d2")) {
            for (Grade grade : Grade.values()) {
                List<Candidate> some = ordinary(any.candidates()).stream()
                        .filter(candidate -> candidate.database().equals(database)
                                && candidate.grade().isAtLeast(grade))
                        .toList();
                long kept = some.stream()
                        .filter(candidate -> any.plan().get(candidate.id()).keep())
                        .count();
                assertThat(kept)
                        .isGreaterThanOrEqualTo(
                                Math.min(some.size(), any.policy().minimum()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatIsKeptIsKeptAgain(Case any) {
        Map<String, Decision> plan = any.plan();
        List<Candidate> left = any.candidates().stream()
                .filter(candidate -> plan.get(candidate.id()).keep())
                .toList();
        assertThat(RetentionPlan.of(any.policy(), left, NOW).byId().values()).allMatch(Decision::keep);
    }

    /** Nor do doubtful ones or ones from the future. */
    @ParameterizedTest
    @MethodSource("cases")
    void noUnverifiedBackupDecidesAboutAVerifiedOne(Case any) {
        List<Candidate> verified = any.candidates().stream()
                .filter(candidate -> candidate.grade() == Grade.VERIFIED)
                .toList();
        Map<String, Decision> alone =
                RetentionPlan.of(any.policy(), verified, NOW).byId();
        verified.forEach(candidate -> assertThat(any.plan().get(candidate.id())).isEqualTo(alone.get(candidate.id())));
    }

    /** The rules once more, in the simplest way that comes to mind. */
    @ParameterizedTest
    @MethodSource("cases")
    void nothingElseStays(Case any) {
        Set<String> expected = new HashSet<>();
        List<Candidate> ordinary = ordinary(any.candidates());
        any.candidates().stream()
                .filter(candidate ->
                        !ordinary.contains(candidate) || candidate.pin().isPresent())
                .forEach(candidate -> expected.add(candidate.id()));
        for (Candidate candidate : ordinary) {
            List<Candidate> rivals = ordinary.stream()
                    .filter(other -> other.database().equals(candidate.database())
                            && other.grade().compareTo(candidate.grade()) <= 0)
                    .toList();
            List<Candidate> newer =
                    rivals.stream().filter(other -> isNewer(other, candidate)).toList();
            RetentionPolicy policy = any.policy();
            if (policy.keepDays() > 0
                            && Duration.between(candidate.time(), NOW).compareTo(Duration.ofDays(policy.keepDays()))
                                    <= 0
                    || newer.size() < Math.max(policy.keepLast(), policy.minimum())
                    || lastOf(candidate, newer, policy, "uuuu-MM-dd", policy.daily())
                    || lastOf(candidate, newer, policy, "YYYY-ww", policy.weekly())
                    || lastOf(candidate, newer, policy, "uuuu-MM", policy.monthly())
                    || lastOf(candidate, newer, policy, "uuuu", policy.yearly())) {
                expected.add(candidate.id());
            }
        }
        assertThat(any.plan().values().stream().filter(Decision::keep).map(Decision::id))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static boolean lastOf(
            Candidate candidate, List<Candidate> newer, RetentionPolicy policy, String pattern, int number) {
        // Of Sweden, where weeks are ISO's.
        java.time.format.DateTimeFormatter form =
                java.time.format.DateTimeFormatter.ofPattern(pattern, java.util.Locale.forLanguageTag("sv-SE"));
        Set<String> periods = newer.stream()
                .map(other -> form.format(LocalDate.ofInstant(other.time(), policy.zone())))
                .collect(Collectors.toSet());
        return !periods.contains(form.format(LocalDate.ofInstant(candidate.time(), policy.zone())))
                && periods.size() < number;
    }

    private static boolean isNewer(Candidate other, Candidate candidate) {
        return Comparator.comparing(Candidate::time)
                        .thenComparing(Candidate::id)
                        .compare(other, candidate)
                > 0;
    }

    private static List<Candidate> ordinary(List<Candidate> candidates) {
        return candidates.stream()
                .filter(candidate ->
                        candidate.unreadable().isEmpty() && !candidate.time().isAfter(NOW.plus(Duration.ofMinutes(5))))
                .toList();
    }
}
