package io.jenkins.plugins.postgresqlbackup.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A log for other programs to read: one JSON object a line. A file that has grown large is put aside as {@code .1}, that as {@code .2} and so on; the oldest
 * goes. Writing never waits and never fails: a thread of its own does it, and what cannot be written, as on a full disk, is missed and told in Jenkins's log.
 */
final class JsonLog {
    private static final Logger LOGGER = Logger.getLogger(JsonLog.class.getName());
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    /** How many lines may wait for a slow disk. */
    private static final int MOST_WAITING = 10_000;

    private static final long MINUTE_SECONDS = 60;

    private final Path directory;
    private final Path file;
    private final long mostBytes;
    private final int files;
    private final AtomicLong missed = new AtomicLong();
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(
            1,
            1,
            MINUTE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            new NamingThreadFactory(new DaemonThreadFactory(), "postgresql-backup log"),
            (line, queue) -> missed.incrementAndGet());

    /**
     * @param mostBytes how large a file may grow
     * @param files how many older ones are kept besides
     */
    JsonLog(Path directory, String name, long mostBytes, int files) {
        this.directory = directory;
        this.file = directory.resolve(name);
        this.mostBytes = mostBytes;
        this.files = files;
        writer.allowCoreThreadTimeOut(true);
    }

    /** Adds a line, some time soon. */
    void write(Map<String, ?> entry) {
        writer.execute(() -> append(entry));
    }

    /** Waits until all is written that was to be so far. Visible for testing. */
    void await() throws InterruptedException, ExecutionException {
        writer.submit(() -> {}).get();
    }

    private void append(Map<String, ?> entry) {
        try {
            Files.createDirectories(directory);
            if (Files.exists(file) && Files.size(file) >= mostBytes) {
                putAside();
            }
            Files.writeString(
                    file,
                    MAPPER.writeValueAsString(entry) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            long lost = missed.getAndSet(0);
            if (lost > 0) {
                LOGGER.log(Level.WARNING, "{0} lines are missing in {1}", new Object[] {lost, file});
            }
        } catch (IOException e) {
            // The first is told; how many followed is told when the next can be written.
            if (missed.getAndIncrement() == 0) {
                LOGGER.log(Level.WARNING, "Nothing can be written to " + file, e);
            }
        }
    }

    private void putAside() throws IOException {
        for (int i = files; i > 0; i--) {
            Path newer = i == 1 ? file : numbered(i - 1);
            if (Files.exists(newer)) {
                Files.move(newer, numbered(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path numbered(int number) {
        return directory.resolve(file.getFileName() + "." + number);
    }
}
