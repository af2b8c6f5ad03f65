package io.jenkins.plugins.postgresqlbackup.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The demonstration's server and repository for another program to work with. How to reach them lies in files of one line each, which only their owner can read:
 * {@code server} (a URL without a database), {@code password} (of the user {@code postgres}) and {@code backup.key} (opens {@code repository}). A line on standard
 * output says that all is there; it goes when standard input ends, and so with the program that asked for it.
 */
final class ServedDemo {
    private final Surroundings surroundings;
    private final DemoServer server;
    private final Workplace workplace;

    ServedDemo(Surroundings surroundings, DemoServer server, Workplace workplace) {
        this.surroundings = surroundings;
        this.server = server;
        this.workplace = workplace;
    }

    void serve() throws IOException {
        server.openShop();
        write("server", server.url());
        write("password", server.password());
        surroundings.out().println("The shop is open: " + workplace.kept());
        untilInputEnds();
    }

    private void write(String name, String content) throws IOException {
        Path file = workplace.kept().resolve(name);
        SecretFile.write(file, (content + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Or until Ctrl-C, which is the same here. Reading cannot be interrupted, waiting for the reader can. */
    private void untilInputEnds() {
        Thread reader = new Thread(() -> drain(surroundings.in()), "until standard input ends");
        reader.setDaemon(true);
        reader.start();
        try {
            reader.join();
        } catch (InterruptedException e) {
            System.getLogger(ServedDemo.class.getName()).log(System.Logger.Level.TRACE, "Ended by a signal", e);
        }
    }

    private static void drain(InputStream in) {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
