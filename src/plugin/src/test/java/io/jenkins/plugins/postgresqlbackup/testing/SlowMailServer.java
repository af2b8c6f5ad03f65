package io.jenkins.plugins.postgresqlbackup.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A mail server that takes one e-mail, and its time before each answer. */
public final class SlowMailServer implements AutoCloseable {
    private final ServerSocket listening;
    private final Duration pause;
    private final CompletableFuture<String> message = new CompletableFuture<>();

    public SlowMailServer(Duration pause) throws IOException {
        this.pause = pause;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "slow mail server");
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** The e-mail, as soon as it is taken. */
    public String message() throws Exception {
        return message.get(30, TimeUnit.SECONDS);
    }

    private void serve() {
        try (Socket socket = listening.accept();
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                OutputStream out = socket.getOutputStream()) {
            say(out, "220 slow.example.com");
            StringBuilder data = new StringBuilder();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals("DATA")) {
                    say(out, "354 go on");
                    for (String each = in.readLine(); !each.equals("."); each = in.readLine()) {
                        data.append(each).append('\n');
                    }
                }
                if (line.equals("QUIT")) {
                    say(out, "221 bye");
                    break;
                }
                say(out, "250 yes");
                if (data.length() > 0) {
                    message.complete(data.toString());
                }
            }
        } catch (IOException | InterruptedException e) {
            message.completeExceptionally(e);
        }
    }

    private void say(OutputStream out, String line) throws IOException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
