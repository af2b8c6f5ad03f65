package io.jenkins.plugins.postgresqlbackup.mail;

import hudson.tasks.Mailer;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import io.jenkins.plugins.postgresqlbackup.Messages;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.JenkinsLocationConfiguration;

/**
 * One e-mail, sent by way of the Mailer plugin's server on a thread of its own: a server that hangs holds nobody up for long. Whoever can be reached gets it,
 * also when others cannot. What was not delivered is told in Jenkins's log.
 */
final class Post {
    private static final Logger LOGGER = Logger.getLogger(Post.class.getName());

    /** How long whoever sends waits to hear what became of it. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int AT_ONCE = 4;
    private static final ThreadPoolExecutor THREADS = new ThreadPoolExecutor(
            AT_ONCE,
            AT_ONCE,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            new NamingThreadFactory(new DaemonThreadFactory(), "postgresql-backup e-mail"));

    static {
        THREADS.allowCoreThreadTimeOut(true);
    }

    private final List<String> recipients;
    private final String subject;
    private final String text;

    Post(List<String> recipients, String subject, String text) {
        this.recipients = recipients;
        this.subject = subject;
        this.text = text;
    }

    /** Sends it, and says what became of it within a few seconds. */
    String send() {
        String all = String.join(", ", recipients);
        Future<String> delivery = THREADS.submit(this::deliver);
        try {
            return delivery.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return Messages.Post_slow(all);
        } catch (ExecutionException e) {
            return Messages.Post_notSent(all, e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the mail goes out all the same
            return Messages.Post_slow(all);
        }
    }

    private String deliver() throws MessagingException, UnsupportedEncodingException {
        try {
            return sent();
        } catch (MessagingException | UnsupportedEncodingException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "An e-mail about a failed backup could not be sent to " + recipients, e);
            throw e;
        }
    }

    private String sent() throws MessagingException, UnsupportedEncodingException {
        List<String> refused = new ArrayList<>();
        MimeMessage message = message(refused);
        List<String> reached = new ArrayList<>(addresses(message.getAllRecipients()));
        try {
            if (!reached.isEmpty()) {
                Transport.send(message);
            }
        } catch (SendFailedException e) {
            List<String> valid = addresses(e.getValidSentAddresses());
            if (valid.isEmpty()) {
                throw e;
            }
            refused.addAll(reached);
            refused.removeAll(valid);
            reached = valid;
        }
        if (refused.isEmpty()) {
            return Messages.Post_sent(String.join(", ", reached));
        }
        String some = Messages.Post_partly(String.join(", ", refused), String.join(", ", reached));
        LOGGER.warning(some);
        return some;
    }

    /** @param bad where recipients are added that are no addresses */
    private MimeMessage message(List<String> bad) throws MessagingException, UnsupportedEncodingException {
        Session session = Mailer.descriptor().createSession();
        session.getProperties().setProperty("mail.smtp.sendpartial", "true");
        MimeMessage message = new MimeMessage(session);
        message.setFrom(Mailer.stringToAddress(
                JenkinsLocationConfiguration.get().getAdminAddress(), StandardCharsets.UTF_8.name()));
        for (String recipient : recipients) {
            try {
                message.addRecipient(MimeMessage.RecipientType.TO, new InternetAddress(recipient, true));
            } catch (AddressException e) {
                bad.add(recipient);
            }
        }
        message.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no machine answers it
        message.setSentDate(new Date());
        message.setSubject(subject, StandardCharsets.UTF_8.name());
        message.setText(text, StandardCharsets.UTF_8.name());
        return message;
    }

    private static List<String> addresses(Address... addresses) {
        return addresses == null
                ? List.of()
                : Arrays.stream(addresses).map(Address::toString).collect(Collectors.toList());
    }
}
