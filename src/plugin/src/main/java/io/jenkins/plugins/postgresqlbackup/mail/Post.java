package io.jenkins.plugins.postgresqlbackup.mail;

import hudson.Util;
import hudson.tasks.Mailer;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.alert.Errands;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.JenkinsLocationConfiguration;

/**
 * One e-mail, sent by way of the Mailer plugin's server on a thread of its own: a server that hangs holds nobody up for long. Whoever can be reached gets it,
 * also when others cannot; those are told in Jenkins's log.
 */
final class Post {
    private static final Logger LOGGER = Logger.getLogger(Post.class.getName());

    /** How long all of it may take. Less than an {@code AlertWay} has. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    /** How long the server may take for one answer. */
    private static final String ANSWER_MILLIS = "10000";

    private final List<String> recipients;
    private final String subject;
    private final Letter letter;
    private final Conversation conversation;

    Post(List<String> recipients, String subject, Letter letter, Conversation conversation) {
        this.recipients = recipients;
        this.subject = subject;
        this.letter = letter;
        this.conversation = conversation;
    }

    /**
     * Sends it.
     *
     * @param name one of this name at a time
     * @throws IOException with a sentence, if it reached nobody for all that is known
     */
    void send(String name) throws IOException, InterruptedException {
        CompletableFuture<Void> delivery =
                Errands.start(name, PATIENCE, this::deliver).orElseThrow(() -> new IOException(Messages.Post_busy()));
        try {
            delivery.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new IOException(Messages.Post_slow(PATIENCE.toSeconds()), e);
            }
            throw new IOException(
                    Messages.Post_notSent(
                            String.join(", ", recipients), e.getCause().getMessage()),
                    e.getCause());
        }
    }

    private Void deliver() throws MessagingException, UnsupportedEncodingException {
        List<String> refused = new ArrayList<>();
        MimeMessage message = message(refused);
        List<String> reached = new ArrayList<>(addresses(message.getAllRecipients()));
        if (reached.isEmpty()) {
            throw new AddressException(Messages.Post_noAddress());
        }
        try {
            Transport.send(message);
        } catch (SendFailedException e) {
            List<String> valid = addresses(e.getValidSentAddresses());
            if (valid.isEmpty()) {
                throw e;
            }
            refused.addAll(reached);
            refused.removeAll(valid);
            reached = valid;
        }
        if (!refused.isEmpty()) {
            LOGGER.warning(Messages.Post_partly(String.join(", ", refused), String.join(", ", reached)));
        }
        return null;
    }

    private static Session session() {
        Session session = Mailer.descriptor().createSession();
        Properties properties = session.getProperties();
        properties.setProperty("mail.smtp.sendpartial", "true");
        Stream.of("mail.smtp.connectiontimeout", "mail.smtp.timeout", "mail.smtp.writetimeout")
                .forEach(key -> properties.setProperty(key, ANSWER_MILLIS));
        return session;
    }

    /** @param bad where recipients are added that are no addresses */
    private MimeMessage message(List<String> bad) throws MessagingException, UnsupportedEncodingException {
        MimeMessage message = conversation.message(session());
        message.setFrom(Mailer.stringToAddress(
                JenkinsLocationConfiguration.get().getAdminAddress(), StandardCharsets.UTF_8.name()));
        String replyTo = Util.fixEmptyAndTrim(Mailer.descriptor().getReplyToAddress());
        if (replyTo != null) {
            message.setReplyTo(new Address[] {Mailer.stringToAddress(replyTo, StandardCharsets.UTF_8.name())});
        }
        for (String recipient : recipients) {
            try {
                message.addRecipient(MimeMessage.RecipientType.TO, new InternetAddress(recipient, true));
            } catch (AddressException e) {
                bad.add(recipient);
            }
        }
        message.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no machine answers it
        message.setHeader("X-Auto-Response-Suppress", "All"); // what Exchange heeds instead
        message.setSentDate(new Date());
        message.setSubject(subject, StandardCharsets.UTF_8.name());
        MimeMultipart alternatives = new MimeMultipart("alternative");
        MimeBodyPart text = new MimeBodyPart();
        text.setText(letter.text(), StandardCharsets.UTF_8.name());
        alternatives.addBodyPart(text);
        MimeBodyPart html = new MimeBodyPart();
        html.setText(letter.html(), StandardCharsets.UTF_8.name(), "html");
        alternatives.addBodyPart(html); // the last is the one that is preferred
        message.setContent(alternatives);
        return message;
    }

    private static List<String> addresses(Address... addresses) {
        return addresses == null
                ? List.of()
                : Arrays.stream(addresses).map(Address::toString).collect(Collectors.toList());
    }
}
