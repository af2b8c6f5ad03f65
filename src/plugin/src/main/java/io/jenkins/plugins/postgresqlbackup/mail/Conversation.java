package io.jenkins.plugins.postgresqlbackup.mail;

import io.jenkins.plugins.postgresqlbackup.alert.Alert;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;

/**
 * What makes mail programs show e-mails about one alert as one conversation, and lets them sort those of this plugin (RFC 2919, RFC 5322). Every alert has an
 * id of its own from its opening on; the mail that opens it has that id if it is about nothing else, and all about it refer to it.
 */
final class Conversation {
    private final String id;
    private final List<String> about;

    private Conversation(String id, List<String> about) {
        this.id = id;
        this.about = about;
    }

    /** Of an e-mail that is about no alert. */
    static Conversation alone() {
        return new Conversation(address(UUID.randomUUID().toString()), List.of());
    }

    /** Of the e-mail that begins what others will go on with. */
    static Conversation opening(Alert alert) {
        return new Conversation(idOf(alert), List.of());
    }

    /** Of an e-mail about alerts, some of which may have been told of before. */
    static Conversation about(List<Alert> alerts) {
        return new Conversation(
                address(UUID.randomUUID().toString()),
                alerts.stream().map(Conversation::idOf).distinct().toList());
    }

    private static String idOf(Alert alert) {
        String name = alert.getId().replaceAll("[^A-Za-z0-9-]+", ".");
        return address(name.substring(0, Math.min(100, name.length())) + "."
                + alert.getOpenedAt().toEpochMilli());
    }

    private static String address(String local) {
        return "<" + local + "@" + host() + ">";
    }

    private static String host() {
        String url = Jenkins.get().getRootUrl();
        String host = url == null ? null : URI.create(url).getHost();
        return host == null || host.startsWith("[") ? "localhost" : host;
    }

    MimeMessage message(Session session) throws MessagingException {
        String own = id;
        MimeMessage message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", own);
            }
        };
        message.setHeader("List-Id", "PostgreSQL Backup <postgresql-backup." + host() + ">");
        if (!about.isEmpty()) {
            message.setHeader("In-Reply-To", about.get(0));
            message.setHeader("References", about.stream().limit(20).collect(Collectors.joining("\r\n ")));
        }
        return message;
    }
}
