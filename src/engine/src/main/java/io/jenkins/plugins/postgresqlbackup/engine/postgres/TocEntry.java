package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One entry of a schema archive's table of contents, as {@code pg_restore --list --verbose} prints it.
 *
 * <p>The listing separates schema, tag and owner with blanks and quotes none of them, so names with blanks cannot be
 * told apart from the line alone; whoever looks for something therefore brings the names and asks whether they fit.
 *
 * @param id the entry's number in this archive
 * @param catalog the oid of the catalogue that the object lies in, 0 where there is none
 * @param oid the object's in the source database, 0 where there is none
 * @param kind such as {@code TABLE} or {@code FK CONSTRAINT}
 * @param names schema (or {@code -}), tag and owner with a blank between, newlines replaced by blanks
 * @param dependsOn the entries that must be there before this one
 */
record TocEntry(int id, long catalog, long oid, String kind, String names, List<Integer> dependsOn) {
    private static final Pattern LINE = Pattern.compile("(\\d+); (\\d+) (\\d+) (.*)", Pattern.DOTALL);

    /** The kinds of more than one word; of those that begin alike the longest comes first. */
    private static final List<String> LONG_KINDS = List.of(
            "ACCESS METHOD",
            "BLOB COMMENTS",
            "BLOB METADATA",
            "CHECK CONSTRAINT",
            "DATABASE PROPERTIES",
            "DEFAULT ACL",
            "EVENT TRIGGER",
            "FK CONSTRAINT",
            "FOREIGN DATA WRAPPER",
            "FOREIGN TABLE",
            "INDEX ATTACH",
            "MATERIALIZED VIEW DATA",
            "MATERIALIZED VIEW",
            "OPERATOR CLASS",
            "OPERATOR FAMILY",
            "PROCEDURAL LANGUAGE",
            "PUBLICATION TABLES IN SCHEMA",
            "PUBLICATION TABLE",
            "ROW SECURITY",
            "SECURITY LABEL",
            "SEQUENCE OWNED BY",
            "SEQUENCE SET",
            "SHELL TYPE",
            "STATISTICS DATA",
            "SUBSCRIPTION TABLE",
            "TABLE ATTACH",
            "TABLE DATA",
            "TEXT SEARCH CONFIGURATION",
            "TEXT SEARCH DICTIONARY",
            "TEXT SEARCH PARSER",
            "TEXT SEARCH TEMPLATE",
            "USER MAPPING");

    TocEntry {
        dependsOn = List.copyOf(dependsOn);
    }

    /** Reads one line of the listing; empty if it is none of an entry. */
    static Optional<TocEntry> parse(String line, List<Integer> dependsOn) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String rest = matcher.group(4);
        String kind = LONG_KINDS.stream()
                .filter(known -> rest.startsWith(known + " "))
                .findFirst()
                .orElseGet(() -> firstWord(rest));
        return Optional.of(new TocEntry(
                Integer.parseInt(matcher.group(1)),
                Long.parseLong(matcher.group(2)),
                Long.parseLong(matcher.group(3)),
                kind,
                rest.substring(Math.min(rest.length(), kind.length() + 1)),
                dependsOn));
    }

    private static String firstWord(String text) {
        int blank = text.indexOf(' ');
        return blank < 0 ? text : text.substring(0, blank);
    }

    boolean is(String... kinds) {
        return List.of(kinds).contains(kind);
    }

    /** Whether it lies in that schema. */
    boolean inSchema(String schema) {
        return names.startsWith(oneLine(schema) + " ");
    }

    /** Whether it has that tag (or a tag that begins with it and a blank, as a table's constraints do) in that schema. */
    boolean tagged(String schema, String tag) {
        return names.startsWith(oneLine(schema) + " " + oneLine(tag) + " ");
    }

    /** Whether it belongs to no schema and has that tag, or one that begins with it and a blank. */
    boolean tagged(String tag) {
        return names.startsWith("- " + oneLine(tag) + " ");
    }

    boolean ownedBy(String role) {
        return names.endsWith(" " + oneLine(role));
    }

    /**
     * This table's name, helped by that of another table, whose schema and owner are mostly the same: so blanks in
     * them do no harm.
     */
    TableName nameLike(TocEntry other, TableName otherName) {
        String otherStart = oneLine(otherName.schema()) + " " + oneLine(otherName.name()) + " ";
        String owner = other.names().substring(Math.min(other.names().length(), otherStart.length()));
        String named = ownedBy(owner)
                ? names.substring(0, names.length() - owner.length() - 1)
                : names.substring(0, Math.max(0, names.lastIndexOf(' ')));
        String schema = inSchema(otherName.schema()) ? oneLine(otherName.schema()) : firstWord(named);
        return new TableName(schema, named.substring(Math.min(named.length(), schema.length() + 1)));
    }

    private static String oneLine(String name) {
        return name.replace('\n', ' ').replace('\r', ' ');
    }

    /** For people: {@code FK CONSTRAINT public orders orders_customer_fkey shop}. */
    @Override
    public String toString() {
        return kind + " " + names.trim();
    }
}
