package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.Answer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.CutAnswer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.CutRequest;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.Fault;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.LateAnswer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.LostAnswer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.OtherBody;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.OtherHeader;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.Seen;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.ShortAnswer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.WithoutHeader;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** What happens to the requests of one run, all by chance: a nature of the server, passing faults, and perhaps a lasting one. */
final class CloudFaults implements Function<Seen, Optional<Fault>> {
    private enum Nature {
        HONEST,
        NO_CONDITIONAL_WRITES,
        LATE_LISTING,
        FEW_PARTS,
        ANOTHER_TIME
    }

    private enum Lasting {
        NONE,
        EXPIRED,
        FORBIDDEN,
        IN_TROUBLE,
        SILENT
    }

    private static final double[] RATES = {0, 0.01, 0.03, 0.1, 0.3};
    private static final int FIRST_REQUESTS = 40;

    private final CloudServer server;
    private final Random random;
    private final Nature nature;
    private final double rate;
    private final Lasting lasting;
    private final int lastingFrom;
    private int requests;

    CloudFaults(CloudServer server, Random random) {
        this.server = server;
        this.random = random;
        this.nature = one(Nature.values());
        this.rate = RATES[random.nextInt(RATES.length)];
        this.lasting = random.nextInt(3) == 0 ? one(Lasting.values()) : Lasting.NONE;
        this.lastingFrom = random.nextInt(FIRST_REQUESTS);
    }

    private <T> T one(T[] values) {
        return values[random.nextInt(values.length)];
    }

    @Override
    public synchronized Optional<Fault> apply(Seen request) {
        requests++;
        if (requests > lastingFrom && lasting != Lasting.NONE) {
            return Optional.of(lasting());
        }
        if (random.nextDouble() < rate) {
            return Optional.of(passing());
        }
        return nature(request);
    }

    private Fault lasting() {
        return switch (lasting) {
            case EXPIRED -> server.failure(400, Map.of());
            case FORBIDDEN -> server.failure(403, Map.of());
            case SILENT -> new LateAnswer(Duration.ofMillis(1_300));
            default -> server.failure(503, Map.of());
        };
    }

    private Fault passing() {
        return switch (random.nextInt(11)) {
            case 0 -> server.failure(500, Map.of());
            case 1 -> server.failure(503, Map.of());
            case 2 -> server.failure(429, Map.of("Retry-After", "1"));
            case 3 -> new Answer(502, "<html>bad gateway</html>", Map.of("Content-Type", "text/html"));
            case 4 -> new LostAnswer();
            case 5 -> new CutRequest();
            case 6 -> new CutAnswer(random.nextInt(200));
            case 7 -> new ShortAnswer(random.nextInt(200));
            case 8 -> new LateAnswer(Duration.ofMillis(random.nextInt(1_400)));
            case 9 -> new OtherHeader("ETag", tag -> "\"0123456789abcdef0123456789abcdef\"");
            default -> new OtherHeader("Date", CloudFaults::later);
        };
    }

    private Optional<Fault> nature(Seen request) {
        return switch (nature) {
            case HONEST -> Optional.empty();
            case NO_CONDITIONAL_WRITES -> Optional.of(new WithoutHeader("If-None-Match"));
            case LATE_LISTING ->
                server.isListing(request) && random.nextBoolean()
                        ? Optional.of(new OtherBody(server::withoutLast))
                        : Optional.empty();
            case FEW_PARTS ->
                request.query().contains("partNumber=2")
                        ? Optional.of(server.failure(400, Map.of()))
                        : Optional.empty();
            case ANOTHER_TIME -> Optional.of(new OtherHeader("Date", CloudFaults::later));
        };
    }

    private static String later(String date) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).plusHours(26));
    }

    @Override
    public String toString() {
        return nature + ", " + rate + " of the requests, " + lasting + " from request " + lastingFrom;
    }
}
