package io.jenkins.plugins.postgresqlbackup.engine.health;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How names of packs are written in facts: thousands of backups name hundreds each, most of them numbered one after another. {@code packs/a/000001-000042}
 * stands for 42 names.
 */
final class PackRuns {
    private static final Pattern NAME = Pattern.compile("(.*/)([0-9]{1,9})");
    private static final Pattern RUN = Pattern.compile("(.*/)([0-9]{1,9})-([0-9]{1,9})");
    private static final int MOST = 1_000_000;
    private static final Object NAMES = PackRuns.class;

    private PackRuns() {}

    /** A run of names, as far as it has come. */
    private record Run(String folder, String first, int end) {
        boolean goesOn(Matcher name) {
            return name.group(1).equals(folder)
                    && name.group(2).length() == first.length()
                    && Integer.parseInt(name.group(2)) == end;
        }

        String text() {
            int last = end - 1;
            return folder + first + (last == Integer.parseInt(first) ? "" : "-" + number(last, first.length()));
        }
    }

    private static String number(int number, int digits) {
        return String.format(Locale.ROOT, "%0" + digits + "d", number);
    }

    /** Writes names. */
    static final class Writer extends StdSerializer<List<String>> {
        private static final long serialVersionUID = 1;

        Writer() {
            super(List.class, false);
        }

        @Override
        public void serialize(List<String> names, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeStartArray();
            Run run = null;
            for (String name : names) {
                Matcher parts = NAME.matcher(name);
                boolean numbered = parts.matches();
                if (run != null && numbered && run.goesOn(parts)) {
                    run = new Run(run.folder(), run.first(), run.end() + 1);
                    continue;
                }
                if (run != null) {
                    out.writeString(run.text());
                }
                run = numbered ? new Run(parts.group(1), parts.group(2), Integer.parseInt(parts.group(2)) + 1) : null;
                if (!numbered) {
                    out.writeString(name);
                }
            }
            if (run != null) {
                out.writeString(run.text());
            }
            out.writeEndArray();
        }
    }

    /** Reads names; each is held once in all that is read together. */
    static final class Reader extends StdDeserializer<List<String>> {
        private static final long serialVersionUID = 1;

        Reader() {
            super(List.class);
        }

        @Override
        public List<String> deserialize(JsonParser in, DeserializationContext context) throws IOException {
            if (in.currentToken() != JsonToken.START_ARRAY) {
                throw context.wrongTokenException(in, List.class, JsonToken.START_ARRAY, "names of packs are a list");
            }
            List<String> names = new ArrayList<>();
            for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
                if (token != JsonToken.VALUE_STRING) {
                    throw context.wrongTokenException(in, List.class, JsonToken.VALUE_STRING, "a name is a text");
                }
                add(in.getText(), names, context);
            }
            return names;
        }

        private static void add(String text, List<String> names, DeserializationContext context) throws IOException {
            Matcher run = RUN.matcher(text);
            if (!run.matches()) {
                names.add(once(text, context));
                return;
            }
            int first = Integer.parseInt(run.group(2));
            int last = Integer.parseInt(run.group(3));
            if (last < first || last - first > MOST - names.size()) {
                throw context.weirdStringException(text, List.class, "these are no names of packs");
            }
            for (int number = first; number <= last; number++) {
                names.add(once(run.group(1) + number(number, run.group(2).length()), context));
            }
        }

        @SuppressWarnings("unchecked")
        private static String once(String name, DeserializationContext context) {
            Map<String, String> all = (Map<String, String>) context.getAttribute(NAMES);
            if (all == null) {
                all = new HashMap<>();
                context.setAttribute(NAMES, all);
            }
            return all.computeIfAbsent(name, any -> name);
        }
    }
}
