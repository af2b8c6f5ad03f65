package io.jenkins.plugins.postgresqlbackup.testing;

import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetupTest;
import hudson.tasks.Mailer;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.Serializable;
import java.util.Set;
import java.util.TreeSet;

/** A mail server that takes everything, and tells who got what. */
public final class TestMail implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 20_000;

    private final GreenMail server = new GreenMail(ServerSetupTest.SMTP.dynamicPort());

    private TestMail() {}

    public static TestMail start() {
        TestMail mail = new TestMail();
        mail.server.start();
        return mail;
    }

    /** Has the running Jenkins send through it. */
    public void use() {
        use(server.getSmtp().getPort());
    }

    /** Has the running Jenkins send through what listens there on this machine. */
    public static void use(int port) {
        Mailer.descriptor().setSmtpHost("127.0.0.1");
        Mailer.descriptor().setSmtpPort(Integer.toString(port));
    }

    /** One e-mail as it came. */
    public record Message(String subject, String text) implements Serializable {
        /** The line after the one that begins so, without the spaces before it. */
        public String lineAfter(String beginning) {
            String[] lines = text.split("\r?\n", -1);
            for (int i = 0; i + 1 < lines.length; i++) {
                if (lines[i].startsWith(beginning)) {
                    return lines[i + 1].strip();
                }
            }
            throw new AssertionError("No line begins with '" + beginning + "' in:\n" + text);
        }
    }

    /** The last that came, once there are so many copies, one for each recipient of each e-mail. */
    public Message last(int copies) throws MessagingException, IOException {
        if (!server.waitForIncomingEmail(PATIENCE_MILLIS, copies)) {
            throw new AssertionError("There are " + count() + " copies of e-mails, not " + copies + ".");
        }
        MimeMessage[] all = server.getReceivedMessages();
        MimeMessage newest = all[all.length - 1];
        return new Message(newest.getSubject(), (String) newest.getContent());
    }

    public int count() {
        return server.getReceivedMessages().length;
    }

    /** Everybody who ever got one. */
    public Set<String> recipients() {
        Set<String> all = new TreeSet<>();
        for (GreenMailUser user : server.getUserManager().listUser()) {
            all.add(user.getEmail());
        }
        return all;
    }

    /** Forgets what came. */
    public void empty() throws FolderException {
        server.purgeEmailFromAllMailboxes();
    }

    @Override
    public void close() {
        server.stop();
    }
}
