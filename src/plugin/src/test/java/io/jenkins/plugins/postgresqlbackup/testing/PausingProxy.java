package io.jenkins.plugins.postgresqlbackup.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Stands before a database and, once so many bytes have come from it, lets nothing more through until it is told to: whoever reads is in the middle of it. */
public final class PausingProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final String host;
    private final int port;
    private final AtomicLong left;
    private final CountDownLatch paused = new CountDownLatch(1);
    private final CountDownLatch resumed = new CountDownLatch(1);
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** @param bytes how many come through before the pause */
    public PausingProxy(String databaseUrl, long bytes) throws IOException {
        URI url = URI.create(databaseUrl);
        host = url.getHost();
        port = url.getPort();
        left = new AtomicLong(bytes);
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** The same URL by way of this proxy. */
    public String through(String databaseUrl) {
        return databaseUrl.replace(host + ":" + port, "127.0.0.1:" + listening.getLocalPort());
    }

    /** Waits until somebody is held up. */
    public void awaitPause() throws InterruptedException {
        if (!paused.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("Nobody has read enough to be held up.");
        }
    }

    /** Lets nothing more through. */
    public void pause() {
        left.set(0);
    }

    /** Lets everything through from now on. */
    public void resume() {
        left.set(Long.MAX_VALUE);
        resumed.countDown();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Socket server = new Socket(host, port);
                sockets.addAll(List.of(client, server));
                start(() -> pump(client, server, false));
                start(() -> pump(server, client, true));
            }
        } catch (IOException e) {
            closeAll(); // the proxy was closed
        }
    }

    private void pump(Socket from, Socket to, boolean counted) {
        byte[] buffer = new byte[8192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length; (length = in.read(buffer)) >= 0; ) {
                if (counted && left.addAndGet(-length) < 0) {
                    paused.countDown();
                    resumed.await();
                }
                out.write(buffer, 0, length);
            }
        } catch (IOException e) {
            // one side has hung up, and so does this
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "pausing proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void closeAll() {
        resumed.countDown();
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        closeAll();
    }
}
