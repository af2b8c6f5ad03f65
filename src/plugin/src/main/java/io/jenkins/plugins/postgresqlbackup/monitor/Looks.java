package io.jenkins.plugins.postgresqlbackup.monitor;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * What came of looking at all things of one kind, each in a file of its own: a line about the look, and a line with the facts. So nothing has to be read twice
 * after a restart. Thread-safe. What cannot be written is told in Jenkins's log and stays in memory.
 */
final class Looks<T> {
    private static final Logger LOGGER = Logger.getLogger(Looks.class.getName());
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();
    private static final String ENDING = ".jsonl";

    private final Path directory;
    private final Function<T, String> writer;
    private final Reader<T> reader;

    /** By name. Guarded by itself. */
    private final Map<String, Kept<T>> kept = new HashMap<>();

    /** Reads what the writer wrote. */
    @FunctionalInterface
    interface Reader<T> {
        T read(String text) throws IOException;
    }

    /** @param place where it was looked at: facts about another place are none about this */
    private record Kept<T>(String place, Look<T> look) {}

    /** The first line. Times are milliseconds since 1970, 0 for never. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Heading(String place, long seenAt, String problem, long failingSince) {}

    Looks(Path directory, Function<T, String> writer, Reader<T> reader) {
        this.directory = directory;
        this.writer = writer;
        this.reader = reader;
    }

    /** What is known of something by now. */
    Look<T> of(String name, String place) {
        synchronized (kept) {
            Kept<T> known = kept.computeIfAbsent(name, this::read);
            return known.place().equals(place) ? known.look() : Look.none();
        }
    }

    /** It was seen. */
    void seen(String name, String place, Instant at, T facts) {
        put(name, new Kept<>(place, Look.at(at, facts)));
    }

    /** It could not be seen. */
    void failed(String name, String place, Instant at, String why) {
        put(name, new Kept<>(place, of(name, place).failed(at, why)));
    }

    private void put(String name, Kept<T> fresh) {
        synchronized (kept) {
            kept.put(name, fresh);
        }
        try {
            write(name, fresh);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "What was seen of " + name + " cannot be kept in " + directory, e);
        }
    }

    /** Forgets all others. */
    void keepOnly(Collection<String> names) {
        synchronized (kept) {
            kept.keySet().retainAll(names);
        }
        List<String> files = names.stream().map(name -> name + ENDING).toList();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.filter(
                            each -> !files.contains(each.getFileName().toString()))
                    .toList()) {
                Files.delete(file);
            }
        } catch (NoSuchFileException e) {
            LOGGER.log(Level.FINE, "There is nothing to forget yet", e);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "What nobody wants to know any more cannot be deleted in " + directory, e);
        }
    }

    private Path file(String name) {
        return directory.resolve(name + ENDING);
    }

    private void write(String name, Kept<T> fresh) throws IOException {
        Look<T> look = fresh.look();
        String heading = MAPPER.writeValueAsString(
                new Heading(fresh.place(), millis(look.seenAt()), look.problem(), millis(look.failingSince())));
        String facts = look.known().map(writer).orElse("");
        Files.createDirectories(directory);
        Path unfinished = Files.createTempFile(directory, name, ".new");
        Files.writeString(unfinished, heading + "\n" + facts + "\n", StandardCharsets.UTF_8);
        Files.move(unfinished, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static long millis(@CheckForNull Instant time) {
        return time == null ? 0 : time.toEpochMilli();
    }

    @CheckForNull
    private static Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    private Kept<T> read(String name) {
        Path file = file(name);
        if (Files.exists(file)) {
            try {
                String text = Files.readString(file, StandardCharsets.UTF_8);
                int end = text.indexOf('\n');
                Heading heading = MAPPER.readValue(text.substring(0, Math.max(0, end)), Heading.class);
                String facts = text.substring(end + 1).strip();
                if (heading != null && heading.place() != null) {
                    return new Kept<>(
                            heading.place(),
                            new Look<>(
                                    facts.isEmpty() ? null : reader.read(facts),
                                    instant(heading.seenAt()),
                                    heading.problem(),
                                    instant(heading.failingSince())));
                }
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, "What was seen of " + name + " cannot be read and is looked at anew", e);
            }
        }
        return new Kept<>("", Look.none());
    }
}
