package io.jenkins.plugins.postgresqlbackup.webhook;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.alert.Alert;
import io.jenkins.plugins.postgresqlbackup.alert.AlertEvent;
import io.jenkins.plugins.postgresqlbackup.alert.AlertSubject;
import io.jenkins.plugins.postgresqlbackup.alert.Places;
import io.jenkins.plugins.postgresqlbackup.alert.TestAlert;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import jenkins.model.Jenkins;

/** What is sent to a webhook. {@code docs/monitoring.md} describes it: whoever changes it changes that, and the version if what is there means something else. */
final class Payload {
    private static final int VERSION = 1;

    /** As many as Slack takes in one message, and as long. */
    private static final int BLOCKS = 45;

    private static final int BLOCK_LENGTH = 2900;

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private final List<AlertEvent> events;

    Payload(List<AlertEvent> events) {
        this.events = events.stream().sorted(AlertSubject.worstFirst()).toList();
    }

    /** This plugin's own form. */
    String generic(Instant now) {
        ObjectNode all = MAPPER.createObjectNode();
        all.put("version", VERSION);
        all.put("sentAt", now.toString());
        all.put("jenkins", Jenkins.get().getRootUrl());
        all.put("alerts", new Places().alerts().orElse(null));
        all.put("text", new AlertSubject(events).line());
        ArrayNode list = all.putArray("events");
        for (AlertEvent event : events) {
            Alert alert = event.alert();
            ObjectNode each = list.addObject();
            each.put("event", event.kind().name().toLowerCase(Locale.ROOT));
            each.put("test", TestAlert.isOne(alert));
            each.put("id", alert.getId());
            each.put("rule", alert.getRule());
            each.put("severity", alert.getSeverity().name().toLowerCase(Locale.ROOT));
            each.put("subject", alert.getSubject());
            each.put("detail", alert.getDetail());
            each.put("message", alert.getMessage());
            each.put("advice", alert.getAdvice());
            each.put("since", alert.getSince().toString());
            each.put("openedAt", alert.getOpenedAt().toString());
            each.put("worsenedAt", text(alert.getWorsenedAt()));
            each.put("resolvedAt", text(alert.getResolvedAt()));
        }
        return all.toString();
    }

    private static String text(Instant time) {
        return time == null ? null : time.toString();
    }

    /** What Slack's incoming webhooks take; the text alone serves whoever knows no blocks. */
    String slack() {
        ObjectNode all = MAPPER.createObjectNode();
        all.put("text", escaped(new AlertSubject(events).line()));
        ArrayNode blocks = all.putArray("blocks");
        events.stream().limit(BLOCKS).forEach(event -> section(blocks, sentences(event)));
        if (events.size() > BLOCKS) {
            section(blocks, Messages.AlertMail_more(events.size() - BLOCKS));
        }
        new Places()
                .alerts()
                .ifPresent(url -> section(blocks, "<" + url + "|" + escaped(Messages.AlertMail_all()) + ">"));
        return all.toString();
    }

    private static void section(ArrayNode blocks, String markdown) {
        ObjectNode text = blocks.addObject().put("type", "section").putObject("text");
        text.put("type", "mrkdwn");
        text.put("text", markdown.length() <= BLOCK_LENGTH ? markdown : markdown.substring(0, BLOCK_LENGTH) + "…");
    }

    private static String sentences(AlertEvent event) {
        Alert alert = event.alert();
        String first = "*" + AlertSubject.label(event) + ":* " + escaped(alert.getMessage());
        return event.kind() == AlertEvent.Kind.RESOLVED ? first : first + "\n" + escaped(alert.getAdvice());
    }

    /** What Slack would take for links and mentions. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
