package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.Collection;
import java.util.List;

/** Which tables are meant, as psql's patterns say it: {@code *}, {@code ?}, double quotes, {@code schema.table}. */
public final class TablePatterns {
    private final List<NamePattern> patterns;

    /**
     * @throws IllegalArgumentException with a sentence about a pattern that cannot be read
     */
    public TablePatterns(Collection<String> patterns) {
        this.patterns = patterns.stream().map(NamePattern::ofTable).toList();
    }

    public boolean matches(TableName table) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(table.schema(), table.name()));
    }

    /** The patterns, as they were written, that match none of these tables. */
    public List<String> matchingNone(Collection<TableName> tables) {
        return patterns.stream()
                .filter(pattern -> tables.stream().noneMatch(table -> pattern.matches(table.schema(), table.name())))
                .map(NamePattern::toString)
                .toList();
    }
}
