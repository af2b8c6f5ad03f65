package io.jenkins.plugins.postgresqlbackup.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RetentionPlanTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    /** Keeps nothing by itself that a test does not ask for. */
    private static final RetentionPolicy LAST_ONE =
            RetentionPolicy.usual().withKeepDays(0).withMinimum(1);

    private static Candidate verified(String id, String time) {
        return Candidate.of(id, "shop", Instant.parse(time), Grade.VERIFIED);
    }

    /** One a day, the newest an hour old. */
    private static List<Candidate> nights(int number, Grade grade) {
        return IntStream.range(0, number)
                .mapToObj(day -> Candidate.of(
                        "n%04d".formatted(number - day),
                        "shop",
                        NOW.minus(Duration.ofDays(day)).minusSeconds(3600),
                        grade))
                .toList();
    }

    private static List<String> kept(RetentionPolicy policy, Collection<Candidate> candidates) {
        return RetentionPlan.of(policy, candidates, NOW).decisions().stream()
                .filter(Decision::keep)
                .map(Decision::id)
                .toList();
    }

    private static List<String> why(RetentionPolicy policy, Collection<Candidate> candidates, String id) {
        return RetentionPlan.of(policy, candidates, NOW).byId().get(id).reasons();
    }

    @Test
    void backupsStayForThirtyDaysIfNobodySaysOtherwise() {
        List<Candidate> nights = nights(40, Grade.VERIFIED);
        assertThat(kept(RetentionPolicy.usual(), nights))
                .hasSize(30)
                .contains("n0011")
                .doesNotContain("n0010");
        assertThat(why(RetentionPolicy.usual(), nights, "n0011"))
                .containsExactly("It is 29 days old, and backups are kept for 30 days.");
        assertThat(why(RetentionPolicy.usual(), nights, "n0010"))
                .containsExactly("It is 30 days old, more than the 30 days for which backups are kept, and no other"
                        + " rule keeps it.");
    }

    @Test
    void theLastThreeStayHoweverOldTheyAre() {
        List<Candidate> old = List.of(
                verified("a", "2020-01-01T00:00:00Z"),
                verified("b", "2020-01-02T00:00:00Z"),
                verified("c", "2020-01-03T00:00:00Z"),
                verified("d", "2020-01-04T00:00:00Z"));
        assertThat(kept(RetentionPolicy.usual(), old)).containsExactly("b", "c", "d");
        assertThat(why(RetentionPolicy.usual(), old, "d"))
                .containsExactly("Fewer than 3 verified backups must never be left.");
    }

    @Test
    void eachDatabaseIsJudgedByItself() {
        List<Candidate> two = List.of(
                Candidate.of("a", "shop", NOW.minusSeconds(20), Grade.VERIFIED),
                Candidate.of("b", "shop", NOW.minusSeconds(10), Grade.VERIFIED),
                Candidate.of("c", "till", Instant.EPOCH, Grade.VERIFIED));
        assertThat(kept(LAST_ONE, two)).containsExactly("b", "c");
    }

    @Test
    void theLastOfEachPeriodStays() {
        List<Candidate> some = List.of(
                verified("year", "2024-12-31T23:00:00Z"),
                verified("early", "2025-12-30T23:00:00Z"),
                verified("late", "2025-12-31T23:00:00Z"),
                verified("october", "2026-10-31T12:00:00Z"),
                verified("sunday", "2026-11-15T12:00:00Z"),
                verified("monday", "2026-11-16T12:00:00Z"),
                verified("morning", "2026-11-21T01:00:00Z"),
                verified("evening", "2026-11-21T20:00:00Z"));
        RetentionPolicy none = LAST_ONE.withMinimum(1);
        assertThat(kept(none.withPeriods(2, 0, 0, 0), some)).containsExactly("monday", "evening");
        assertThat(kept(none.withPeriods(0, 2, 0, 0), some)).containsExactly("sunday", "evening");
        assertThat(kept(none.withPeriods(0, 0, 3, 0), some)).containsExactly("late", "october", "evening");
        assertThat(kept(none.withPeriods(0, 0, 0, 3), some)).containsExactly("year", "late", "evening");
        assertThat(why(none.withPeriods(0, 2, 0, 3), some, "sunday"))
                .containsExactly(
                        "It is the last verified one of week 46 of 2026; one is kept of each of the last 2 weeks.");
        assertThat(why(none.withPeriods(0, 2, 1, 1), some, "evening"))
                .contains("It is the last verified one of November 2026; one is kept of the last month.");
    }

    @Test
    void daysBeginWhereThePolicySays() {
        List<Candidate> two = List.of(verified("a", "2026-11-20T22:30:00Z"), verified("b", "2026-11-20T23:30:00Z"));
        RetentionPolicy daily = LAST_ONE.withPeriods(2, 0, 0, 0);
        assertThat(kept(daily, two)).containsExactly("b");
        assertThat(kept(daily.withZone(ZoneId.of("Europe/Berlin")), two)).containsExactly("a", "b");
    }

    @Test
    void unverifiedOnesPushNoVerifiedOneOut() {
        List<Candidate> some = new ArrayList<>(nights(5, Grade.VERIFIED));
        for (int i = 0; i < 10; i++) {
            some.add(Candidate.of("u" + i, "shop", NOW.minusSeconds(1000 - i), Grade.UNVERIFIED));
        }
        RetentionPolicy three = LAST_ONE.withKeepLast(3).withMinimum(3);
        assertThat(kept(three, some)).containsExactly("n0003", "n0004", "n0005", "u7", "u8", "u9");
        assertThat(why(three, some, "u9"))
                .containsExactly("It is among the newest 3 backups.", "Fewer than 3 backups must never be left.");
    }

    @Test
    void doubtfulOnesPushNeitherOut() {
        List<Candidate> some = List.of(
                Candidate.of("a", "shop", NOW.minusSeconds(40), Grade.VERIFIED),
                Candidate.of("b", "shop", NOW.minusSeconds(30), Grade.UNVERIFIED),
                Candidate.of("c", "shop", NOW.minusSeconds(20), Grade.DOUBTFUL),
                Candidate.of("d", "shop", NOW.minusSeconds(10), Grade.DOUBTFUL));
        assertThat(kept(LAST_ONE, some)).containsExactly("a", "b", "d");
    }

    @Test
    void aBackupFromTheFutureStaysAndPushesNoneOut() {
        List<Candidate> some = List.of(
                verified("a", "2026-11-22T11:00:00Z"),
                verified("almost", "2026-11-22T12:05:00Z"),
                verified("future", "2026-11-22T12:05:01Z"));
        assertThat(kept(LAST_ONE, some)).containsExactly("almost", "future");
        assertThat(why(LAST_ONE, some, "future").get(0)).contains("lies in the future");
    }

    @Test
    void aPinnedOneStays() {
        Candidate pinned = new Candidate(
                "a", "shop", Instant.EPOCH, Grade.VERIFIED, Optional.of("before the migration"), Optional.empty());
        List<Candidate> two = List.of(pinned, verified("b", "2026-11-01T00:00:00Z"));
        assertThat(kept(LAST_ONE, two)).containsExactly("a", "b");
        assertThat(why(LAST_ONE, two, "a")).containsExactly("It is pinned: before the migration");
    }

    @Test
    void oneThatCannotBeReadStays() {
        List<Candidate> two = List.of(Candidate.unreadable("a", "It was cut."), verified("b", "2026-11-01T00:00:00Z"));
        assertThat(kept(LAST_ONE, two)).containsExactly("a", "b");
        assertThat(why(LAST_ONE, two, "a").get(0)).contains("cannot be read", "It was cut.");
    }

    @Test
    void aPolicyThatKeepsNothingIsRefused() {
        assertThatThrownBy(() -> LAST_ONE.withMinimum(0)).hasMessageContaining("would keep no backup");
        assertThatThrownBy(() -> LAST_ONE.withKeepDays(-1)).hasMessageContaining("-1");
    }
}
