package io.jenkins.plugins.postgresqlbackup.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Sees what everybody on a machine sees of each process: its command line and, if it is their own, its environment. Linux only. */
public final class ProcessWatch implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(10);

    private final SecretSearch search;
    private final Set<String> commands = new HashSet<>();
    private final Set<String> found = new HashSet<>();
    private final Thread thread = new Thread(this::watch, "process watch");
    private volatile boolean ended;

    /** Begins to watch. */
    public ProcessWatch(SecretSearch search) {
        this.search = search;
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        while (!ended) {
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                processes.forEach(this::look);
            } catch (IOException e) {
                throw new IllegalStateException("The processes cannot be listed", e);
            }
            LockSupport.parkNanos(PERIOD.toNanos());
        }
    }

    private synchronized void look(Path process) {
        String command = read(process.resolve("cmdline"));
        if (commands.add(process + " " + command)) {
            found.addAll(search.in("The command line of " + process, command));
            found.addAll(search.in("The environment of " + process, read(process.resolve("environ"))));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    /** Whether a process with this in its command line was there. */
    public synchronized boolean saw(String command) {
        return commands.stream().anyMatch(each -> each.contains(command));
    }

    /** The secrets that were there to be seen. */
    public synchronized Set<String> found() {
        return Set.copyOf(found);
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        thread.join();
    }
}
