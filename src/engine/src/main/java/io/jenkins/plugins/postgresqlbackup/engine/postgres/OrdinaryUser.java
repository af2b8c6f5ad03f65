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
    /** Where namespaces are forbidden. The directories above must let everybody through. */
    NOBODY(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));

    private final List<String> prefix;

    OrdinaryUser(List<String> prefix) {
        this.prefix = prefix;
    }

    static OrdinaryUser find(Path anyDirectory) throws IOException, InterruptedException {
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(anyDirectory, "unix:uid"))
                && "root".equals(System.getProperty("user.name"));
        if (!root) {
            return OURSELVES;
        }
        for (OrdinaryUser user : List.of(NAMESPACE, NOBODY)) {
            if (user.works()) {
                return user;
            }
        }
        throw new DatabaseException("PostgreSQL does not run as root, and neither 'unshare -U' nor 'setpriv' works"
                + " here; run this as an ordinary user.");
    }

    private boolean works() throws InterruptedException {
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
        if (this == NOBODY) {
            Files.setOwner(
                    path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        }
    }
}
