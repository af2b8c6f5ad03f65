package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.LifecycleRuleFilter;
import software.amazon.awssdk.services.s3.model.TransitionStorageClass;

/** Tells which of a bucket's own rules would delete or freeze objects of a repository, which may be needed however old they are. */
final class S3Lifecycle {
    private static final Set<TransitionStorageClass> FROZEN =
            Set.of(TransitionStorageClass.GLACIER, TransitionStorageClass.DEEP_ARCHIVE);

    private S3Lifecycle() {}

    /** @param prefix of the repository's objects */
    static List<String> warnings(List<LifecycleRule> rules, String store, String prefix) {
        List<String> warnings = new ArrayList<>();
        for (LifecycleRule rule : rules) {
            if (rule.status() != ExpirationStatus.ENABLED || !touches(rule, prefix)) {
                continue;
            }
            String name = rule.id() == null || rule.id().isBlank() ? "without a name" : "\"" + rule.id() + "\"";
            if (rule.expiration() != null
                    && (rule.expiration().days() != null || rule.expiration().date() != null)) {
                warnings.add("The lifecycle rule " + name + " of the bucket deletes objects of " + store + " "
                        + (rule.expiration().days() != null
                                ? "after " + rule.expiration().days() + " days"
                                : "on " + rule.expiration().date())
                        + ", which destroys backups, new ones too: exclude the prefix from it or remove it.");
            }
            if (rule.transitions().stream().anyMatch(to -> FROZEN.contains(to.storageClass()))) {
                warnings.add("The lifecycle rule " + name + " of the bucket moves objects of " + store
                        + " to an archive where they cannot be read at once, so that backups could not be verified or"
                        + " restored: exclude the prefix from it or remove it.");
            }
        }
        return warnings;
    }

    /** Objects of ours have no tags, so that a rule for tagged ones leaves them alone. */
    private static boolean touches(LifecycleRule rule, String prefix) {
        LifecycleRuleFilter filter = rule.filter();
        if (filter == null) {
            return overlap(rulePrefix(rule), prefix);
        }
        if (filter.tag() != null || filter.and() != null && !filter.and().tags().isEmpty()) {
            return false;
        }
        return overlap(filter.and() != null ? filter.and().prefix() : filter.prefix(), prefix);
    }

    /** Rules written long ago have it here. */
    @SuppressWarnings("deprecation")
    private static String rulePrefix(LifecycleRule rule) {
        return rule.prefix();
    }

    private static boolean overlap(String one, String other) {
        return one == null || one.startsWith(other) || other.startsWith(one);
    }
}
