package io.jenkins.plugins.postgresqlbackup.engine.retention;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Applies a policy to the backups of one database. For one thread; run once. */
final class OneDatabase {
    private final RetentionPolicy policy;
    private final Instant now;
    /** By rising time. */
    private final List<Candidate> all;

    private final Map<String, List<String>> reasons = new LinkedHashMap<>();

    OneDatabase(RetentionPolicy policy, List<Candidate> all, Instant now) {
        this.policy = policy;
        this.all = all;
        this.now = now;
    }

    List<Decision> decide() {
        List<Candidate> counted = new ArrayList<>();
        for (Candidate candidate : all) {
            reasons.put(candidate.id(), new ArrayList<>());
            candidate.pin().ifPresent(why -> keep(candidate, "It is pinned" + (why.isBlank() ? "." : ": " + why)));
            if (candidate.unreadable().isPresent()) {
                keep(
                        candidate,
                        "Its manifest cannot be read, and what is not known is not deleted: "
                                + candidate.unreadable().get());
            } else if (candidate.time().isAfter(now.plus(RetentionPlan.CLOCK_ERROR))) {
                keep(candidate, "Its time lies in the future, so nobody knows how old it is: check the clocks.");
            } else {
                counted.add(candidate);
            }
        }
        counted.forEach(this::applyAge);
        for (Grade grade : Grade.values()) {
            applyCounts(
                    counted.stream()
                            .filter(candidate -> candidate.grade().isAtLeast(grade))
                            .toList(),
                    grade);
        }
        return all.stream().map(this::decision).toList();
    }

    private Decision decision(Candidate candidate) {
        List<String> found = reasons.get(candidate.id());
        return found.isEmpty()
                ? new Decision(candidate.id(), false, List.of(whyItGoes(candidate)))
                : new Decision(candidate.id(), true, found);
    }

    private String whyItGoes(Candidate candidate) {
        String old = "It is " + age(candidate) + " old";
        return policy.keepDays() > 0
                ? old + ", more than the " + count(policy.keepDays(), "day")
                        + " for which backups are kept, and no other" + " rule keeps it."
                : old + ", and no rule keeps it.";
    }

    private void applyAge(Candidate candidate) {
        if (policy.keepDays() > 0 && age(candidate.time()).compareTo(Duration.ofDays(policy.keepDays())) <= 0) {
            keep(
                    candidate,
                    "It is " + age(candidate) + " old, and backups are kept for " + count(policy.keepDays(), "day")
                            + ".");
        }
    }

    /** @param some by rising time, of that grade or better */
    private void applyCounts(List<Candidate> some, Grade grade) {
        if (policy.keepLast() > 0) {
            newest(some, policy.keepLast())
                    .forEach(candidate -> keepByCount(
                            candidate,
                            grade,
                            "It is among the newest " + policy.keepLast() + " " + grade.word() + "backups."));
        }
        for (Period period : Period.values()) {
            applyPeriod(some, grade, period);
        }
        newest(some, policy.minimum())
                .forEach(candidate -> keepByCount(
                        candidate,
                        grade,
                        "Fewer than " + count(policy.minimum(), grade.word() + "backup") + " must never be left."));
    }

    private void applyPeriod(List<Candidate> some, Grade grade, Period period) {
        int number = period.kept(policy);
        if (number == 0) {
            return;
        }
        TreeMap<LocalDate, Candidate> last = new TreeMap<>();
        some.forEach(
                candidate -> last.put(period.begin(LocalDate.ofInstant(candidate.time(), policy.zone())), candidate));
        last.descendingMap().entrySet().stream()
                .limit(number)
                .forEach(entry -> keepByCount(
                        entry.getValue(),
                        grade,
                        "It is the last " + grade.word() + "one of " + period.name(entry.getKey()) + "; one is kept of "
                                + (number == 1 ? "the last " : "each of the last " + number + " ")
                                + period.word()
                                + (number == 1 ? "" : "s") + "."));
    }

    private static List<Candidate> newest(List<Candidate> some, int number) {
        return some.subList(Math.max(0, some.size() - number), some.size());
    }

    /** Each rule says it once, for the backup's own grade: that it would hold among lesser ones too is no news. */
    private void keepByCount(Candidate candidate, Grade grade, String why) {
        if (candidate.grade() == grade) {
            keep(candidate, why);
        }
    }

    private void keep(Candidate candidate, String why) {
        reasons.get(candidate.id()).add(why);
    }

    private Duration age(Instant time) {
        return Duration.between(time, now);
    }

    private String age(Candidate candidate) {
        Duration age = age(candidate.time());
        if (age.compareTo(Duration.ofHours(1)) < 0) {
            return "less than an hour";
        }
        return age.toDays() < 2 ? count(age.toHours(), "hour") : count(age.toDays(), "day");
    }

    private static String count(long number, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
    }
}
