package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.RoleUse;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Roles;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Looks, before anything is changed, whether a restore can come to a good end. */
final class RestoreChecks {
    private final Restoration restoration;

    RestoreChecks(Restoration restoration) {
        this.restoration = restoration;
    }

    /** An older server may not know what a newer one has. */
    void version() throws RefusedException {
        int source = restoration.manifest().database().serverVersion() / 10000;
        int target = restoration.server().major();
        if (target >= source) {
            return;
        }
        String facts = "The backup is of PostgreSQL " + source + " and the target server is PostgreSQL " + target
                + ", which may not know all that is in it";
        if (!restoration.settings().olderServer()) {
            throw new RefusedException(facts + "; restore into version " + source
                    + " or newer, or allow an older server (--allow-older-server).");
        }
        restoration.warn(facts + ".");
    }

    /** A standby takes no writes. */
    void writable() throws RefusedException {
        if (restoration.server().inRecovery()) {
            throw new RefusedException("The target server is a standby and takes no writes; restore into its primary.");
        }
    }

    /** Extensions come with the server's packages and not with a backup. */
    void extensions(SchemaRestore schema) throws IOException {
        Set<String> missing = new TreeSet<>(schema.extensions());
        missing.removeAll(restoration.target().availableExtensions());
        if (!missing.isEmpty()) {
            throw new RefusedException("The target server lacks the extension" + (missing.size() == 1 ? " " : "s ")
                    + String.join(", ", missing)
                    + "; install the packages that bring them (on Debian mostly postgresql-"
                    + restoration.server().major() + "-<name> or postgresql-contrib), then restore again.");
        }
    }

    /**
     * Roles belong to the server and not to the database.
     *
     * @return those that must be created
     */
    Set<String> missingRoles() throws IOException {
        return missingRoles(role -> false);
    }

    /** @param forgone roles that nothing of what is restored needs */
    Set<String> missingRoles(Predicate<String> forgone) throws IOException {
        RestoreSettings settings = restoration.settings();
        Set<RoleUse> uses = EnumSet.of(RoleUse.POLICY, RoleUse.USER_MAPPING);
        if (settings.owners()) {
            uses.add(RoleUse.OWNER);
        }
        if (settings.privileges()) {
            uses.add(RoleUse.PRIVILEGE);
            uses.add(RoleUse.SETTING);
        }
        Set<String> present = Roles.present(restoration.target().maintenance());
        Set<String> missing = new TreeSet<>(Roles.named(restoration.globals().roles(), uses));
        missing.removeAll(present);
        missing.removeIf(forgone);
        if (missing.isEmpty()) {
            return missing;
        }
        if (!settings.createRoles()) {
            throw new RefusedException(refusal(missing));
        }
        Set<String> needed = new TreeSet<>(Roles.needed(
                restoration.globals().roles(), restoration.globals().memberships(), uses));
        needed.removeAll(present);
        needed.removeIf(forgone);
        List<String> predefined =
                needed.stream().filter(role -> role.startsWith("pg_")).toList();
        if (!predefined.isEmpty()) {
            throw new RefusedException("PostgreSQL " + restoration.server().major() + " has no role "
                    + String.join(", ", predefined) + ", which the backup names and nobody can create; leave grants out"
                    + " (--no-privileges) or restore into a newer server.");
        }
        return needed;
    }

    private String refusal(Set<String> missing) {
        boolean helps =
                Roles.named(restoration.globals().roles(), EnumSet.of(RoleUse.POLICY, RoleUse.USER_MAPPING)).stream()
                        .noneMatch(missing::contains);
        return "The target server lacks the role" + (missing.size() == 1 ? " " : "s ") + String.join(", ", missing)
                + ", which the backup names as owner, in grants or in policies; create them (--create-roles does it,"
                + " without passwords)"
                + (helps ? ", or leave owners and grants out (--no-owner --no-privileges)." : ".");
    }
}
