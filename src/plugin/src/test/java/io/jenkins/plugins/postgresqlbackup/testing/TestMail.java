package io.jenkins.plugins.postgresqlbackup.testing;

import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.store.StoredMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetupTest;
import hudson.tasks.Mailer;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/** A mail server that takes everything, and tells who got what. */
public final class TestMail implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

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

    /** One e-mail as it came, its line ends as Java's are. */
    public record Message(String subject, String text, String html, Map<String, String> headers)
            implements Serializable {
        /** The line after the one that begins so, without the spaces before it. */
        public String lineAfter(String beginning) {
            String[] lines = text.split("\n", -1);
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
        List<Message> all = all(copies);
        return all.get(all.size() - 1);
    }

    /** The first that says this, once it has come. */
    public Message containing(String words) throws MessagingException, IOException {
        for (long end = System.nanoTime() + 3 * PATIENCE.toNanos(); System.nanoTime() < end; ) {
            for (Message message : all(0)) {
                if (message.text().contains(words)) {
                    return message;
                }
            }
            LockSupport.parkNanos(50_000_000);
        }
        throw new AssertionError("No e-mail says '" + words + "': " + all(0));
    }

    /** All that came, once there are so many copies. */
    public List<Message> all(int copies) throws MessagingException, IOException {
        for (long end = System.nanoTime() + PATIENCE.toNanos(); count() < copies; ) {
            if (System.nanoTime() > end) {
                throw new AssertionError("There are " + count() + " copies of e-mails, not " + copies + ".");
            }
            LockSupport.parkNanos(50_000_000);
        }
        List<Message> all = new ArrayList<>();
        for (MimeMessage message : server.getReceivedMessages()) {
            all.add(read(message));
        }
        return all;
    }

    /** Those that somebody got, in the order they came. */
    public List<Message> of(String address) throws Exception {
        GreenMailUser user = server.getUserManager().getUserByEmail(address);
        List<Message> all = new ArrayList<>();
        if (user != null) {
            for (StoredMessage stored :
                    server.getManagers().getImapHostManager().getInbox(user).getMessages()) {
                all.add(read(stored.getMimeMessage()));
            }
        }
        return all;
    }

    private static Message read(MimeMessage message) throws MessagingException, IOException {
        Map<String, String> headers = new TreeMap<>();
        Collections.list(message.getAllHeaders()).forEach(header -> headers.put(header.getName(), header.getValue()));
        MimeMultipart alternatives = (MimeMultipart) message.getContent();
        if (!alternatives.getContentType().startsWith("multipart/alternative") || alternatives.getCount() != 2) {
            throw new AssertionError("It is no text with the same as HTML: " + alternatives.getContentType());
        }
        return new Message(
                message.getSubject(),
                part(alternatives.getBodyPart(0), "text/plain"),
                part(alternatives.getBodyPart(1), "text/html"),
                headers);
    }

    private static String part(BodyPart part, String type) throws MessagingException, IOException {
        if (!part.isMimeType(type)) {
            throw new AssertionError("It is no " + type + " but " + part.getContentType());
        }
        return ((String) part.getContent()).replace("\r\n", "\n");
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
