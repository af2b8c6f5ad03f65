package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is said of a key slot.
 *
 * @param proven when its key was first shown to work by {@code key check}
 * @param mine whether it is the one that opened the repository now
 */
record SlotFacts(KeySlot slot, Optional<Instant> proven, boolean mine) {
    /** The fields of {@code --json}. */
    Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("slot", slot.id());
        object.put("kind", kind());
        object.put("method", slot.wrapping().method());
        object.put("label", slot.label());
        object.put("createdAt", slot.created().toString());
        object.put("generation", slot.generation());
        object.put("provenAt", proven.map(Instant::toString).orElse(null));
        object.put("mine", mine);
        return object;
    }

    /** {@code full}, {@code write} or {@code recovery}. */
    String kind() {
        return slot.kind().name().toLowerCase(Locale.ROOT);
    }

    /** A row of the listing. */
    void row(Columns table) {
        table.row(
                slot.id() + (mine ? " *" : ""),
                kind(),
                slot.wrapping().method(),
                Paint.printable(slot.label()),
                Amounts.minute(slot.created()),
                String.valueOf(slot.generation()),
                proven.map(Amounts::minute).orElse("-"));
    }
}
