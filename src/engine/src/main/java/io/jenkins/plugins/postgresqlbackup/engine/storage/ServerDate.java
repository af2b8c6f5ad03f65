package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** A server's clock, as the header {@code Date} of its answers tells. */
final class ServerDate {
    private ServerDate() {}

    static Instant parse(ObjectStore store, Optional<String> date) throws StorageException {
        try {
            return ZonedDateTime.parse(date.orElse("none"), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeParseException e) {
            throw new StorageException(
                    "The server of " + store.describe() + " does not say what time it is (its Date is: "
                            + date.orElse("none")
                            + "); without its clock nothing old can be told from something new there.",
                    e);
        }
    }
}
