package io.jenkins.plugins.postgresqlbackup.mail;

import hudson.Util;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What an e-mail says, put together once and read as text or as HTML: the same sentences in the same order. The HTML has its styles in it, needs nothing from
 * elsewhere, and holds to the colours of whoever reads it, light or dark.
 */
final class Letter {
    /** How a piece of news is meant. */
    enum Tone {
        ERROR("#c1121f"),
        WARNING("#b25e00"),
        GOOD("#1a7f37"),
        PLAIN("#6b7280");

        private final String colour;

        Tone(String colour) {
            this.colour = colour;
        }
    }

    /** A piece of it. */
    private sealed interface Block {
        String text();

        String html();
    }

    /** In what is escaped. */
    private static final Pattern URL = Pattern.compile("https?://(?:[^\\s&<>]|&amp;)*[^\\s&<>.,;:!?)]");

    private final List<Block> blocks = new ArrayList<>();

    /**
     * What happened.
     *
     * @param label a word or two that say how it is meant, for those who see no colours
     */
    Letter news(Tone tone, String label, String sentence) {
        blocks.add(new News(tone, label, sentence));
        return this;
    }

    /** A title of what follows. */
    Letter title(String words) {
        blocks.add(new Title(words));
        return this;
    }

    /** A few sentences; nothing if there are none. */
    Letter say(String sentences) {
        if (!sentences.isBlank()) {
            blocks.add(new Paragraph(sentences));
        }
        return this;
    }

    /** What is of no weight. */
    Letter aside(String sentences) {
        blocks.add(new Aside(sentences));
        return this;
    }

    /** What belongs together, each with what it is. */
    Letter facts(List<Fact> facts) {
        blocks.add(new Facts(List.copyOf(facts)));
        return this;
    }

    /** Something to copy, word for word. */
    Letter command(String sentence, String command) {
        blocks.add(new Command(sentence, command));
        return this;
    }

    /** A place to look at. */
    Letter link(String words, String url) {
        blocks.add(new Link(words, url));
        return this;
    }

    String text() {
        return String.join("\n\n", blocks.stream().map(Block::text).toList()) + "\n";
    }

    String html() {
        StringBuilder html = new StringBuilder("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta name="supported-color-schemes" content="light dark">
                <style>
                :root { color-scheme: light dark; }
                body { margin: 0; padding: 16px; background: #ffffff; color: #1f2328; }
                .letter { max-width: 640px; margin: 0 auto; }
                .quiet { color: #57606a; }
                .command { background: #f3f4f6; color: #1f2328; }
                a { color: #0a58ca; }
                @media (prefers-color-scheme: dark) {
                  body { background: #16181d; color: #e6e8eb; }
                  .quiet { color: #a6adb7; }
                  .command { background: #262a31; color: #e6e8eb; }
                  a { color: #7cb0ff; }
                }
                </style>
                </head>
                <body>
                <div class="letter" style="font: 16px/1.5 -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; overflow-wrap: anywhere">
                """);
        blocks.forEach(block -> html.append(block.html()).append('\n'));
        return html.append("</div>\n</body>\n</html>\n").toString();
    }

    private static String escaped(String text) {
        return Util.xmlEscape(text).replace("\"", "&quot;");
    }

    /** What something comes to. */
    record Fact(String name, String value) {}

    private record News(Tone tone, String label, String sentence) implements Block {
        @Override
        public String text() {
            return label + ": " + sentence;
        }

        @Override
        public String html() {
            return "<div style=\"margin: 20px 0 12px; padding: 2px 0 2px 12px; border-left: 4px solid " + tone.colour
                    + "\">\n<div style=\"font-weight: 700; font-size: 13px\"><span style=\"color: #ffffff; background: "
                    + tone.colour + "; padding: 2px 8px; border-radius: 4px\">" + escaped(label)
                    + "</span></div>\n<div style=\"font-size: 18px; font-weight: 600; margin-top: 6px\">"
                    + escaped(sentence) + "</div>\n</div>";
        }
    }

    private record Title(String words) implements Block {
        @Override
        public String text() {
            return words + "\n" + "-".repeat(words.length());
        }

        @Override
        public String html() {
            return "<h2 style=\"font-size: 17px; margin: 24px 0 4px\">" + escaped(words) + "</h2>";
        }
    }

    private record Paragraph(String sentences) implements Block {
        @Override
        public String text() {
            return sentences;
        }

        @Override
        public String html() {
            return "<p style=\"margin: 8px 0\">"
                    + URL.matcher(escaped(sentences))
                            .replaceAll("<a href=\"$0\">$0</a>")
                            .replace("\n", "<br>") + "</p>";
        }
    }

    private record Aside(String sentences) implements Block {
        @Override
        public String text() {
            return sentences;
        }

        @Override
        public String html() {
            return "<p class=\"quiet\" style=\"margin: 20px 0 8px; font-size: 13px\">" + escaped(sentences) + "</p>";
        }
    }

    private record Facts(List<Fact> facts) implements Block {
        @Override
        public String text() {
            return String.join(
                    "\n",
                    facts.stream()
                            .map(fact -> fact.name() + ": " + fact.value())
                            .toList());
        }

        @Override
        public String html() {
            StringBuilder rows = new StringBuilder(
                    "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" style=\"border-collapse: collapse; margin: 4px 0 8px\">\n");
            for (Fact fact : facts) {
                rows.append(
                                "<tr><td class=\"quiet\" style=\"padding: 1px 16px 1px 0; vertical-align: top; min-width: 104px\">")
                        .append(escaped(fact.name()))
                        .append("</td><td style=\"padding: 1px 0\">")
                        .append(escaped(fact.value()))
                        .append("</td></tr>\n");
            }
            return rows.append("</table>").toString();
        }
    }

    private record Command(String sentence, String command) implements Block {
        @Override
        public String text() {
            return sentence + "\n  " + command;
        }

        @Override
        public String html() {
            return "<p style=\"margin: 12px 0 4px\">" + escaped(sentence)
                    + "</p>\n<pre class=\"command\" style=\"margin: 0 0 8px; padding: 10px 12px; border-radius: 6px; font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere\">"
                    + escaped(command) + "</pre>";
        }
    }

    private record Link(String words, String url) implements Block {
        @Override
        public String text() {
            return words + ": " + url;
        }

        @Override
        public String html() {
            return "<p style=\"margin: 8px 0\"><a href=\"" + escaped(url) + "\">" + escaped(words) + "</a></p>";
        }
    }
}
