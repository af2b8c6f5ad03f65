package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;
import java.util.Optional;

/**
 * What a database has besides its contents.
 *
 * @param localeProvider {@code libc}, {@code icu} or {@code builtin}
 * @param locale the provider's locale, for icu and builtin
 * @param tablespace its default tablespace
 * @param connectionLimit -1 for none
 * @param privileges empty when nobody changed them from the default
 */
public record DatabaseProperties(
        String name,
        String owner,
        String encoding,
        String localeProvider,
        String collate,
        String ctype,
        Optional<String> locale,
        Optional<String> icuRules,
        String tablespace,
        int connectionLimit,
        boolean template,
        Optional<List<Privilege>> privileges,
        List<RoleSetting> settings,
        Optional<String> comment) {
    public DatabaseProperties {
        settings = List.copyOf(settings);
    }
}
