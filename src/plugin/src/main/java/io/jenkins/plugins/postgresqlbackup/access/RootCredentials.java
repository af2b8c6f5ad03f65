package io.jenkins.plugins.postgresqlbackup.access;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.domains.DomainCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Util;
import hudson.security.ACL;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import io.jenkins.plugins.postgresqlbackup.Messages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/**
 * Credentials that administrators keep at the root of Jenkins, those of scope SYSTEM first: no build reaches these through {@code withCredentials}, and no
 * folder can put its own in their place.
 */
public final class RootCredentials {
    /** More than any key or passphrase. */
    private static final int MAX_KEY_BYTES = 4096;

    private static final List<Class<? extends StandardCredentials>> KEYS =
            List.of(StringCredentials.class, FileCredentials.class);
    /** More than a service account's JSON, with all that anybody adds to it. */
    private static final int MAX_STORAGE_BYTES = 16_384;

    private static final List<Class<? extends StandardCredentials>> STORAGE =
            List.of(StandardUsernamePasswordCredentials.class, StringCredentials.class, FileCredentials.class);
    private static final List<Class<? extends StandardUsernamePasswordCredentials>> LOGINS =
            List.of(StandardUsernamePasswordCredentials.class);

    private static final List<Class<? extends StringCredentials>> TEXTS = List.of(StringCredentials.class);

    private RootCredentials() {}

    /** The login with this id. */
    public static StandardUsernamePasswordCredentials login(String id) throws AbortException {
        return find(StandardUsernamePasswordCredentials.class, id, LOGINS)
                .orElseThrow(() -> new AbortException(Messages.RootCredentials_noLogin(id)));
    }

    /**
     * The key with this id: the text of a secret text, the content of a secret file. Whoever asks wipes it.
     *
     * @throws AbortException when there is none, or when it cannot be a key
     */
    public static byte[] key(String id) throws IOException {
        StandardCredentials found = find(StandardCredentials.class, id, KEYS)
                .orElseThrow(() -> new AbortException(Messages.RootCredentials_noKey(id)));
        return secret(found, MAX_KEY_BYTES);
    }

    /**
     * The credentials of a storage with this id: a login, or a secret alone. Whoever asks wipes it.
     *
     * @throws AbortException when there are none, or when they cannot be that
     */
    public static StorageSecret storage(String id) throws IOException {
        StandardCredentials found = find(StandardCredentials.class, id, STORAGE)
                .orElseThrow(() -> new AbortException(Messages.RootCredentials_noStorage(id)));
        if (found instanceof StandardUsernamePasswordCredentials login) {
            return new StorageSecret(Optional.of(login.getUsername()), bytes(login.getPassword()));
        }
        return new StorageSecret(Optional.empty(), secret(found, MAX_STORAGE_BYTES));
    }

    /** The secret text with this id. */
    public static Secret text(String id) throws AbortException {
        return find(StringCredentials.class, id, TEXTS)
                .orElseThrow(() -> new AbortException(Messages.RootCredentials_noText(id)))
                .getSecret();
    }

    private static byte[] secret(StandardCredentials found, int most) throws IOException {
        if (found instanceof StringCredentials text) {
            return bytes(text.getSecret());
        }
        try (InputStream content = ((FileCredentials) found).getContent()) {
            byte[] key = content.readNBytes(most + 1);
            if (key.length > most) {
                throw new AbortException(Messages.RootCredentials_keyTooLong(found.getId(), most));
            }
            return key;
        }
    }

    private static byte[] bytes(Secret secret) {
        return secret.getPlainText().getBytes(StandardCharsets.UTF_8);
    }

    /** Whether there is a login with this id. */
    public static boolean hasLogin(String id) {
        return find(StandardUsernamePasswordCredentials.class, id, LOGINS).isPresent();
    }

    /** Whether there is a key with this id. */
    public static boolean hasKey(String id) {
        return find(StandardCredentials.class, id, KEYS).isPresent();
    }

    /** Whether jobs can read the credentials of this id too, because their scope is global. */
    public static boolean isOpenToJobs(String id) {
        return find(StandardCredentials.class, id, List.of(StandardCredentials.class))
                .filter(found -> found.getScope() == CredentialsScope.GLOBAL)
                .isPresent();
    }

    /** Logins to choose from; without the permission to administer only the present choice. */
    public static ListBoxModel logins(@CheckForNull String current) {
        StandardListBoxModel model = begin(current);
        if (mayChoose()) {
            model.includeMatchingAs(
                    ACL.SYSTEM2,
                    Jenkins.get(),
                    StandardUsernamePasswordCredentials.class,
                    List.of(),
                    CredentialsMatchers.always());
        }
        return model.includeCurrentValue(Util.fixNull(current));
    }

    /** Keys to choose from; without the permission to administer only the present choice. */
    public static ListBoxModel keys(@CheckForNull String current) {
        StandardListBoxModel model = begin(current);
        if (mayChoose()) {
            model.includeMatchingAs(
                    ACL.SYSTEM2,
                    Jenkins.get(),
                    StandardCredentials.class,
                    List.of(),
                    CredentialsMatchers.anyOf(
                            CredentialsMatchers.instanceOf(StringCredentials.class),
                            CredentialsMatchers.instanceOf(FileCredentials.class)));
        }
        return model.includeCurrentValue(Util.fixNull(current));
    }

    /** Secret texts to choose from; without the permission to administer only the present choice. */
    public static ListBoxModel texts(@CheckForNull String current) {
        StandardListBoxModel model = begin(current);
        if (mayChoose()) {
            model.includeMatchingAs(
                    ACL.SYSTEM2, Jenkins.get(), StringCredentials.class, List.of(), CredentialsMatchers.always());
        }
        return model.includeCurrentValue(Util.fixNull(current));
    }

    /** Credentials for a storage to choose from; without the permission to administer only the present choice. */
    public static ListBoxModel storages(@CheckForNull String current) {
        StandardListBoxModel model = begin(current);
        if (mayChoose()) {
            model.includeMatchingAs(
                    ACL.SYSTEM2,
                    Jenkins.get(),
                    StandardCredentials.class,
                    List.of(),
                    CredentialsMatchers.anyOf(
                            CredentialsMatchers.instanceOf(StandardUsernamePasswordCredentials.class),
                            CredentialsMatchers.instanceOf(StringCredentials.class),
                            CredentialsMatchers.instanceOf(FileCredentials.class)));
        }
        return model.includeCurrentValue(Util.fixNull(current));
    }

    private static boolean mayChoose() {
        return Jenkins.get().hasPermission(Jenkins.ADMINISTER);
    }

    private static StandardListBoxModel begin(@CheckForNull String current) {
        StandardListBoxModel model = new StandardListBoxModel();
        if (mayChoose() || Util.fixEmptyAndTrim(current) == null) {
            model.includeEmptyValue();
        }
        return model;
    }

    private static <C extends StandardCredentials> Optional<C> find(
            Class<C> type, String id, List<Class<? extends C>> kinds) {
        // Of two with one id, in two domains, the look-up below gives only the first, whatever its scope.
        List<C> hidden = DomainCredentials.getCredentials(
                SystemCredentialsProvider.getInstance().getDomainCredentialsMap(),
                type,
                List.of(),
                CredentialsMatchers.withScope(CredentialsScope.SYSTEM));
        List<C> all = CredentialsProvider.lookupCredentialsInItemGroup(type, Jenkins.get(), ACL.SYSTEM2, List.of());
        return Stream.concat(hidden.stream(), all.stream())
                .filter(credentials -> credentials.getId().equals(id))
                .filter(credentials -> kinds.stream().anyMatch(kind -> kind.isInstance(credentials)))
                .findFirst();
    }
}
