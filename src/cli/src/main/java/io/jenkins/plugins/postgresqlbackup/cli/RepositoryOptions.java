package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Damage;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import java.io.IOException;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which repository, and what opens it. */
final class RepositoryOptions {
    static final String KEY_VARIABLE = "BACKUP_ENCRYPTION_KEY";

    @Mixin
    private LocationOptions place;

    @Option(
            names = "--key",
            paramLabel = "SOURCE",
            description = {
                "Where the key is that opens the repository:",
                KeySource.FORMS + ".",
                "It is 32 bytes (raw, hex or base64), a passphrase, a recipient's secret or the recovery key.",
                "Default: env:" + KEY_VARIABLE + "."
            },
            order = 2)
    private KeySource key;

    /** The URL as it was given. */
    String location(Surroundings surroundings) {
        return place.location(surroundings);
    }

    /** Opens the store, whatever is in it. */
    ObjectStore store(Surroundings surroundings, boolean create) throws IOException {
        return place.store(surroundings, create);
    }

    /** The key somebody named, or the usual one, or one asked for. */
    Secret secret(Surroundings surroundings, Consumer<String> warnings) throws IOException {
        return source(surroundings).secret(surroundings, warnings);
    }

    KeySource source(Surroundings surroundings) {
        if (key != null) {
            return key;
        }
        if (surroundings.variable(KEY_VARIABLE).isPresent()) {
            return new KeySource.Variable(KEY_VARIABLE);
        }
        if (surroundings.prompt().isPresent()) {
            return KeySource.parse("prompt");
        }
        throw new UsageException("Name the key with --key env:NAME or --key file:PATH, or put it in the variable "
                + KEY_VARIABLE + "; `pgbackup key generate` makes one.");
    }

    /** Opens the repository, compares it with what is remembered here, and tells what is damaged. */
    OpenRepository open(Surroundings surroundings, Report report) throws IOException {
        try (Secret secret = secret(surroundings, report::warn)) {
            return open(secret, surroundings, report);
        }
    }

    OpenRepository open(Secret secret, Surroundings surroundings, Report report) throws IOException {
        Repository repository = unchecked(secret, surroundings, report);
        try {
            Witness witness = witness(repository, surroundings, report);
            witness.check(repository);
            return new OpenRepository(repository, witness);
        } catch (IOException | RuntimeException e) {
            repository.close();
            throw e;
        }
    }

    /** Opens the repository without comparing it with what is remembered. */
    Repository unchecked(Secret secret, Surroundings surroundings, Report report) throws IOException {
        ObjectStore store = store(surroundings, false);
        try {
            Repository repository = Repository.open(store, secret);
            for (Damage damage : repository.damage()) {
                report.warn("damage in the repository: " + damage);
            }
            return repository;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    static Witness witness(Repository repository, Surroundings surroundings, Report report) {
        return new Witness(Witness.directory(surroundings), repository.id(), report::warn);
    }
}
