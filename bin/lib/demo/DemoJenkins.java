import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Shows the plugin: a PostgreSQL server with a shop, a Jenkins on 127.0.0.1 that knows it, an agent, and jobs that run once. Started by bin/run from its source
 * alone: nothing but the JDK is needed.
 *
 * <p>Everything lies in one directory, which goes at the end. Whichever way this process ends in order, Jenkins, the agent and PostgreSQL end with it;
 * PostgreSQL even when it is killed.
 */
public final class DemoJenkins {
    private static final int FIRST_PORT = 8080;
    private static final int LAST_PORT = 8180;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final List<String> JOBS =
            List.of("shop-round-trip", "backup-shop-full", "backup-shop-verify", "backup-shop-drill");

    private final Map<String, String> options;
    private final boolean once;
    private final Path work;
    private final Path secrets;
    private final String password = password();
    private final List<Process> started = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private Process shop;
    private Process jenkins;
    private int port;

    private DemoJenkins(Map<String, String> options, boolean once) {
        this.options = options;
        this.once = once;
        this.work = Path.of(options.get("--work"));
        this.secrets = work.resolve("shop");
    }

    /**
     * Arguments: {@code --work DIR --files DIR --pgbackup JAR [--server ARCHIVE] [--once]}. In the first directory are {@code jenkins.war} and a home with the
     * plugins.
     */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new TreeMap<>();
        boolean once = false;
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--once")) {
                once = true;
            } else {
                options.put(arguments[i], arguments[++i]);
            }
        }
        DemoJenkins demo = new DemoJenkins(options, once);
        Thread worker = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> demo.stop(worker), "stop the demonstration"));
        int code = 1;
        try {
            code = demo.run() ? 0 : 1;
        } catch (InterruptedException e) {
            code = 130;
        } catch (IOException e) {
            System.err.println("run: " + e.getMessage());
        } finally {
            demo.over.countDown();
        }
        System.exit(code);
    }

    private boolean run() throws IOException, InterruptedException {
        say("PostgreSQL Backup in a Jenkins of its own: a shop is backed up, proven and restored by ready-made jobs.\n");
        long began = System.nanoTime();
        startShop();
        step("Start PostgreSQL with a shop in it", began, read(secrets.resolve("server")));

        began = System.nanoTime();
        startJenkins();
        step("Start Jenkins", began, url());

        began = System.nanoTime();
        startAgent();
        step("Start an agent", began, "the jobs run on it, not on the controller");

        boolean good = true;
        for (String job : JOBS) {
            good &= build(job);
        }
        say("");
        say(good ? "All jobs succeeded." : "Not all jobs succeeded; their logs say why.");
        if (!once) {
            say("");
            say("  Jenkins   " + url());
            say("  user      admin");
            say("  password  " + password);
            say("");
            say("The backups are at " + url() + "postgresql-backup/ ; Ctrl-C ends and removes everything.");
            int code = jenkins.waitFor();
            throw new IOException("Jenkins has ended by itself, with code " + code + ".");
        }
        return good;
    }

    private void startShop() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                java(), "-Xmx256m", "-XX:+UseSerialGC", "-jar", options.get("--pgbackup"), "demo", "--serve", secrets.toString()));
        if (options.containsKey("--server")) {
            command.addAll(List.of("--server", options.get("--server")));
        }
        shop = start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
        BufferedReader told = shop.inputReader();
        if (told.readLine() == null) {
            throw new IOException("The shop did not open; why is said above.");
        }
    }

    /** Takes the first free port; when another program was quicker, the next one. */
    private void startJenkins() throws IOException, InterruptedException {
        configure();
        for (port = FIRST_PORT; port <= LAST_PORT; port++) {
            if (isFree(port) && startJenkinsHere()) {
                return;
            }
        }
        throw new IOException("No port from " + FIRST_PORT + " to " + LAST_PORT + " is free.");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean startJenkinsHere() throws IOException, InterruptedException {
        write("jenkins_url", url());
        Path log = work.resolve("jenkins.log");
        ProcessBuilder builder = new ProcessBuilder(
                        java(),
                        "-Xmx1g",
                        "-Djava.awt.headless=true",
                        "-Djenkins.install.runSetupWizard=false",
                        "-Dhudson.model.UpdateCenter.never=true",
                        "-Djenkins.security.csp.CspHeader.headerName=Content-Security-Policy",
                        "-jar",
                        work.resolve("jenkins.war").toString(),
                        "--httpListenAddress=127.0.0.1",
                        "--httpPort=" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JENKINS_HOME", home().toString());
        builder.environment().put("CASC_JENKINS_CONFIG", options.get("--files") + "/jenkins.yaml");
        builder.environment().put("SECRETS", secrets.toString());
        jenkins = start(builder);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            if (jenkins.waitFor(500, TimeUnit.MILLISECONDS)) {
                if (read(log).contains("Address already in use")) {
                    return false;
                }
                throw new IOException("Jenkins did not start:\n" + lastLines(log));
            }
            if (answers()) {
                return true;
            }
        }
        throw new IOException("Jenkins did not answer within " + PATIENCE.toMinutes() + " minutes:\n" + lastLines(log));
    }

    private void configure() throws IOException {
        String script = read(Path.of(options.get("--files"), JOBS.get(0) + ".groovy"));
        Path job = Files.createDirectories(home().resolve("jobs").resolve(JOBS.get(0)));
        Files.writeString(
                job.resolve("config.xml"),
                "<flow-definition><definition class=\"org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition\"><script>"
                        + script.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                        + "</script><sandbox>true</sandbox></definition></flow-definition>\n");
        write("admin_password", password);
        write("repository_url", secrets.resolve("repository").toUri().toString());
        write("agent_directory", work.resolve("agent").toString());
    }

    private void startAgent() throws IOException, InterruptedException {
        Path jar = work.resolve("agent.jar");
        try (InputStream content = client().send(request("jnlpJars/agent.jar").build(), HttpResponse.BodyHandlers.ofInputStream())
                .body()) {
            Files.copy(content, jar);
        }
        Matcher secret = Pattern.compile("<argument>([0-9a-f]{64})</argument>").matcher(get("computer/db/jenkins-agent.jnlp"));
        if (!secret.find()) {
            throw new IOException("Jenkins does not say how its agent logs in.");
        }
        write("agent_secret", secret.group(1));
        start(new ProcessBuilder(
                        java(),
                        "-Xmx512m",
                        "-jar",
                        jar.toString(),
                        "-url",
                        url(),
                        "-name",
                        "db",
                        "-secret",
                        "@" + secrets.resolve("agent_secret"),
                        "-webSocket",
                        "-workDir",
                        work.resolve("agent").toString())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("agent.log").toFile()));
        await("computer/db/api/json?tree=offline", "\"offline\":false", "The agent did not come; see " + work.resolve("agent.log"));
    }

    /** Runs a job once and tells what came of it. */
    private boolean build(String job) throws IOException, InterruptedException {
        long began = System.nanoTime();
        HttpClient session = client();
        String answer = session.send(request("crumbIssuer/api/json").build(), text()).body();
        HttpResponse<String> triggered = session.send(
                request("job/" + job + "/build")
                        .header("Jenkins-Crumb", field(answer, "crumb"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                text());
        if (triggered.statusCode() != 201) {
            throw new IOException("Jenkins did not start " + job + ", it answered " + triggered.statusCode() + ".");
        }
        String build = "job/" + job + "/1/";
        String ended = await(
                build + "api/json?tree=result", "\"result\":\"", "The build " + url() + build + " does not end.");
        String result = field(ended, "result");
        boolean good = result.equals("SUCCESS");
        tell(good, job, began, result + "   " + url() + build);
        if (!good && once) {
            say(get(build + "consoleText"));
        }
        return good;
    }

    /** Asks until the answer holds this text. */
    private String await(String path, String text, String otherwise) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && jenkins.isAlive()) {
            HttpResponse<String> answer = client().send(request(path).build(), text());
            if (answer.statusCode() == 200 && answer.body().contains(text)) {
                return answer.body();
            }
            TimeUnit.MILLISECONDS.sleep(300);
        }
        throw new IOException(otherwise);
    }

    private boolean answers() throws InterruptedException {
        try {
            return client().send(request("api/json?tree=mode").build(), text()).statusCode() == 200;
        } catch (IOException e) {
            return false; // not yet
        }
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = client().send(request(path).build(), text());
        if (answer.statusCode() != 200) {
            throw new IOException("Jenkins answered " + answer.statusCode() + " to " + path + ".");
        }
        return answer.body();
    }

    private HttpClient client() {
        return HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        String login = Base64.getEncoder().encodeToString(("admin:" + password).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Basic " + login);
    }

    private static HttpResponse.BodyHandler<String> text() {
        return HttpResponse.BodyHandlers.ofString();
    }

    private static String field(String json, String name) throws IOException {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        if (!matcher.find()) {
            throw new IOException("Jenkins's answer has no " + name + ".");
        }
        return matcher.group(1);
    }

    private String url() {
        return "http://127.0.0.1:" + port + "/";
    }

    private Path home() {
        return work.resolve("jenkins");
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        synchronized (started) {
            started.add(0, process);
        }
        return process;
    }

    /** Ends everything, the last started first, and removes what it left. */
    private void stop(Thread worker) {
        try {
            worker.interrupt();
            over.await(5, TimeUnit.SECONDS);
            List<Process> running;
            synchronized (started) {
                running = List.copyOf(started);
            }
            for (Process process : running) {
                process.getOutputStream().close();
                if (process != shop) {
                    process.destroy();
                }
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
            remove(work);
        } catch (InterruptedException | IOException e) {
            System.err.println("run: Not all could be tidied up in " + work + ": " + e);
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void write(String name, String content) throws IOException {
        Path file = secrets.resolve(name);
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, content);
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    private static String lastLines(Path log) throws IOException {
        List<String> lines = read(log).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    private static String password() {
        byte[] bytes = new byte[12];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    private static void step(String name, long began, String outcome) {
        tell(true, name, began, outcome);
    }

    private static void tell(boolean good, String name, long began, String outcome) {
        double seconds = (System.nanoTime() - began) / 1e9;
        say(String.format(Locale.ROOT, "  %s %-36s%6.1f s   %s", good ? "✓" : "✗", name, seconds, outcome));
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
