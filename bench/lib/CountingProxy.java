import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Stands between a client and a PostgreSQL server on this machine and counts what the server sends: {@code java CountingProxy.java PORT FILE}. Its own
 * port is the first line of its output; each connection that ends adds a line with its bytes to the file.
 */
final class CountingProxy {
    private CountingProxy() {}

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        Path file = Path.of(arguments[1]);
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            System.out.println(socket.getLocalPort());
            while (true) {
                Socket client = socket.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                new Thread(() -> pass(client, server)).start();
                new Thread(() -> note(pass(server, client), file)).start();
            }
        }
    }

    private static long pass(Socket from, Socket to) {
        byte[] buffer = new byte[1 << 16];
        long count = 0;
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length; (length = in.read(buffer)) >= 0; count += length) {
                out.write(buffer, 0, length);
            }
        } catch (IOException e) {
            System.err.println("A connection was cut off: " + e.getMessage()); // as most are by whoever hangs up first
        }
        return count;
    }

    private static synchronized void note(long count, Path file) {
        try {
            Files.writeString(file, count + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            System.err.println("The count cannot be kept: " + e.getMessage());
            System.exit(1);
        }
    }
}
