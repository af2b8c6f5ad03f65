package io.jenkins.plugins.postgresqlbackup.configuration;

import hudson.AbortException;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.Lines;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Selection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A database's URL as people give it here: the user's name may be left to the credentials. */
final class DatabaseUrls {
    private static final Pattern PARTS = Pattern.compile("(postgres(?:ql)?://)(?:([^@/?]*)@)?(.*)", Pattern.DOTALL);

    private DatabaseUrls() {}

    /**
     * The URL with a user in it.
     *
     * @param user of the credentials; empty if there are none
     * @throws AbortException when the URL names another user than the credentials, or neither names one
     */
    static String withUser(String url, String user) throws AbortException {
        Matcher parts = PARTS.matcher(url);
        if (!parts.matches() || user.isEmpty()) {
            return parse(url).toString();
        }
        if (parts.group(2) == null) {
            String encoded = URLEncoder.encode(user, StandardCharsets.UTF_8).replace("+", "%20");
            return parse(parts.group(1) + encoded + "@" + parts.group(3)).toString();
        }
        DatabaseUrl parsed = parse(url);
        if (!parsed.user().equals(user)) {
            throw new AbortException(Messages.DatabaseUrls_twoUsers(parsed.user(), user));
        }
        return parsed.toString();
    }

    /** The URL with this user in it, unless it names one itself. */
    static String complete(String url, String user) throws AbortException {
        Matcher parts = PARTS.matcher(url);
        return parts.matches() && parts.group(2) == null
                ? withUser(url, user)
                : parse(url).toString();
    }

    private static DatabaseUrl parse(String url) throws AbortException {
        try {
            return DatabaseUrl.parse(url);
        } catch (IllegalArgumentException e) {
            throw new AbortException(e.getMessage());
        }
    }

    static FormValidation check(String url) {
        if (Util.fixEmptyAndTrim(url) == null) {
            return FormValidation.error(Messages.DatabaseUrls_missing());
        }
        Matcher parts = PARTS.matcher(url.strip());
        String complete =
                parts.matches() && parts.group(2) == null ? parts.group(1) + "user@" + parts.group(3) : url.strip();
        try {
            DatabaseUrl parsed = DatabaseUrl.parse(complete);
            return parsed.parameters().containsKey("sslmode") || isLocal(parsed.host())
                    ? FormValidation.ok()
                    : FormValidation.warning(Messages.DatabaseUrls_noTls());
        } catch (IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        }
    }

    private static boolean isLocal(String host) {
        return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
    }

    static FormValidation checkSchemas(String patterns) {
        return check(() -> new Selection(Lines.of(patterns), List.of(), List.of(), List.of(), Optional.empty()));
    }

    static FormValidation checkTables(String patterns) {
        return check(() -> new Selection(List.of(), List.of(), Lines.of(patterns), List.of(), Optional.empty()));
    }

    private static FormValidation check(Runnable trial) {
        try {
            trial.run();
            return FormValidation.ok();
        } catch (IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        }
    }
}
