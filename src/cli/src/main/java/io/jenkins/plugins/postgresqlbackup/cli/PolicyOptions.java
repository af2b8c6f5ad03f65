package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import java.time.ZoneId;
import java.time.ZoneOffset;
import picocli.CommandLine.Option;

/** Which backups are kept. */
final class PolicyOptions {
    @Option(
            names = "--keep-days",
            paramLabel = "N",
            description = "Keep those of the last N days; 0: age keeps none. Default: 30.",
            order = 10)
    private int days = RetentionPolicy.USUAL_DAYS;

    @Option(names = "--keep-last", paramLabel = "N", description = "Keep the newest N.", order = 11)
    private int last;

    @Option(
            names = "--keep-daily",
            paramLabel = "N",
            description = "Keep the last one of each of the last N days that have one.",
            order = 12)
    private int daily;

    @Option(names = "--keep-weekly", paramLabel = "N", description = "The same for weeks, from Monday on.", order = 13)
    private int weekly;

    @Option(names = "--keep-monthly", paramLabel = "N", description = "The same for months.", order = 14)
    private int monthly;

    @Option(names = "--keep-yearly", paramLabel = "N", description = "The same for years.", order = 15)
    private int yearly;

    @Option(
            names = "--minimum",
            paramLabel = "N",
            description = "Never leave fewer than N, however old they are. Default: 3.",
            order = 16)
    private int minimum = RetentionPolicy.USUAL_MINIMUM;

    @Option(
            names = "--time-zone",
            paramLabel = "ZONE",
            description = "Where days begin, e.g. Europe/Berlin. Default: UTC.",
            order = 17)
    private ZoneId zone = ZoneOffset.UTC;

    RetentionPolicy policy() {
        try {
            return new RetentionPolicy(days, last, daily, weekly, monthly, yearly, minimum, zone);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }
}
