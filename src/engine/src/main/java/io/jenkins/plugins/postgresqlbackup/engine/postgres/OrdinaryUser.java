package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** As whom PostgreSQL's server programs run, which refuse to run as root. */
enum OrdinaryUser {
    /** We are one. */
    OURSELVES(List.of()),
    /** Root outside, nobody inside: a user namespace. Files keep their owner. */
    NAMESPACE(List.of("unshare", "-U")),
    /** Where namespaces are forbidden, as in many containers: nobody, who may still pass directories of root's. */
    NOBODY_WITH_ACCESS(nobody("--inh-caps=+dac_override", "--ambient-caps=+dac_override")),
    /** Where that is forbidden too. The directories above must let everybody through. */
    NOBODY(nobody());

    /** PostgreSQL looks the user up, so it must be one that is known. */
    private static final int NOBODYS_ID = 65534;

    private final List<String> prefix;

    OrdinaryUser(List<String> prefix) {
        this.prefix = prefix;
    }

    private static List<String> nobody(String... more) {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        command.addAll(List.of(more));
        return command;
    }

    static OrdinaryUser find(Path anyDirectory) throws IOException, InterruptedException {
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(anyDirectory, "unix:uid"))
                && "root".equals(System.getProperty("user.name"));
        if (!root) {
            return OURSELVES;
        }
        for (OrdinaryUser user : List.of(NAMESPACE, NOBODY_WITH_ACCESS, NOBODY)) {
            if (user.works()) {
                return user;
            }
        }
        throw new DatabaseException("PostgreSQL does not run as root, and neither 'unshare -U' nor 'setpriv' works"
                + " here; run this as an ordinary user.");
    }

    boolean works() throws InterruptedException {
        try {
            Process process = new ProcessBuilder(wrap(List.of("id", "-u")))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String id = new String(process.getInputStream().readNBytes(1000), java.nio.charset.StandardCharsets.UTF_8);
            return process.waitFor(10, TimeUnit.SECONDS)
                    && process.exitValue() == 0
                    && !id.strip().equals("0");
        } catch (IOException e) {
            System.getLogger(OrdinaryUser.class.getName()).log(System.Logger.Level.DEBUG, prefix + " does not work", e);
            return false;
        }
    }

    List<String> wrap(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /** Gives a file or directory to the user, so that the server may use it. */
    void own(Path path) throws IOException {
        if (this == NOBODY || this == NOBODY_WITH_ACCESS) {
            Files.setAttribute(path, "unix:uid", NOBODYS_ID);
        }
    }
}
