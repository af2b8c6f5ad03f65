package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.google.api.services.storage.model.Bucket;
import com.google.api.services.storage.model.Bucket.Lifecycle.Rule;
import java.util.List;
import java.util.Optional;

/** What a bucket's own rules would do to objects that are never to be deleted but by us. */
final class GcsLifecycle {
    private GcsLifecycle() {}

    /**
     * Sentences on the rules that delete, one day, live objects of a prefix.
     *
     * @param store what people know the store by
     * @param prefix empty, or ends with a slash
     */
    static List<String> warnings(String store, String prefix, Bucket bucket) {
        return Optional.ofNullable(bucket.getLifecycle()).map(Bucket.Lifecycle::getRule).orElse(List.of()).stream()
                .filter(rule -> deletes(rule, prefix))
                .map(rule -> "The bucket of " + store + " has a lifecycle rule that deletes objects "
                        + when(rule.getCondition())
                        + ": backups would lose data, since they use older ones' data however old it is; remove that"
                        + " rule, or limit it to other prefixes.")
                .toList();
    }

    private static boolean deletes(Rule rule, String prefix) {
        if (rule.getAction() == null || !"Delete".equals(rule.getAction().getType())) {
            return false;
        }
        Rule.Condition condition = rule.getCondition();
        return condition == null || !isForOldVersions(condition) && concerns(condition, prefix);
    }

    private static boolean concerns(Rule.Condition condition, String prefix) {
        List<String> prefixes = condition.getMatchesPrefix();
        return prefixes == null
                || prefixes.isEmpty()
                || prefixes.stream().anyMatch(other -> other.startsWith(prefix) || prefix.startsWith(other));
    }

    /** Objects are written once, so an old version is one that we have deleted. Custom times we do not set. */
    private static boolean isForOldVersions(Rule.Condition condition) {
        return Boolean.FALSE.equals(condition.getIsLive())
                || isPositive(condition.getNumNewerVersions())
                || condition.getDaysSinceNoncurrentTime() != null
                || condition.getNoncurrentTimeBefore() != null
                || condition.getDaysSinceCustomTime() != null
                || condition.getCustomTimeBefore() != null;
    }

    private static boolean isPositive(Integer number) {
        return number != null && number > 0;
    }

    private static String when(Rule.Condition condition) {
        if (condition != null && condition.getAge() != null) {
            return "after " + condition.getAge() + " days";
        }
        if (condition != null && condition.getCreatedBefore() != null) {
            return "created before " + condition.getCreatedBefore().toStringRfc3339();
        }
        return "of this place";
    }
}
