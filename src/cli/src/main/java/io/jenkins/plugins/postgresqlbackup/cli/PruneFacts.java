package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.operation.PruneResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is said of a prune. */
record PruneFacts(PruneResult result) {
    private static final int SHOWN = 3;

    /** The fields of {@code --json}. */
    Map<String, Object> object(List<String> warnings) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("dryRun", result.dryRun());
        object.put("now", result.now().toString());
        object.put("backups", result.backups().stream().map(PruneFacts::object).toList());
        object.put("deleted", result.deleted().stream().map(Object::toString).toList());
        object.put("deletedPacks", result.packs());
        object.put("deletedOthers", result.others());
        object.put("freedBytes", result.bytes());
        Map<String, Object> waiting = new LinkedHashMap<>();
        waiting.put("packs", result.waiting().packs());
        waiting.put("bytes", result.waiting().bytes());
        waiting.put("until", result.waiting().until().map(Object::toString).orElse(null));
        object.put("waiting", waiting);
        object.put("locked", result.locked());
        object.put("failures", result.failures());
        object.put("warnings", warnings);
        object.put("durationMillis", result.took().toMillis());
        return object;
    }

    private static Map<String, Object> object(PruneResult.Backup backup) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", backup.id().value());
        object.put("database", backup.database());
        object.put("server", backup.server());
        object.put("time", backup.time().toString());
        object.put("kind", backup.kind().map(Object::toString).orElse(null));
        object.put("bytes", backup.bytes());
        object.put("verified", backup.verified());
        object.put("keep", backup.keep());
        object.put("reasons", backup.reasons());
        return object;
    }

    /** For a person: the table of backups, and what became of everything else. */
    String text(Paint paint) {
        StringBuilder text = new StringBuilder();
        if (result.backups().isEmpty()) {
            text.append("There is no backup here.\n");
        } else {
            Columns table = new Columns(paint, "", "ID", "DATABASE", "TIME (UTC)", "VERIFIED", "", "WHY");
            for (PruneResult.Backup backup : result.backups()) {
                table.row(
                        backup.id().value(),
                        Paint.printable(backup.database()),
                        Amounts.minute(backup.time()),
                        backup.verified() ? "yes" : "no",
                        backup.keep() ? paint.good("stays") : paint.bad(result.dryRun() ? "would go" : "goes"),
                        Paint.printable(String.join(" ", backup.reasons())));
            }
            text.append(table);
        }
        text.append('\n').append(done(paint)).append('\n');
        if (result.waiting().packs() > 0) {
            text.append(Amounts.count(result.waiting().packs(), "pack", "packs"))
                    .append(" with ")
                    .append(Amounts.bytes(result.waiting().bytes()))
                    .append(" are needed no more and wait for their grace time")
                    .append(result.waiting()
                            .until()
                            .map(until -> ", which is over on " + Amounts.minute(until) + " UTC")
                            .orElse(""))
                    .append(".\n");
        }
        sentences(text, "kept by the storage for a time that is set there", result.locked());
        sentences(text, "not deleted", result.failures());
        return text.toString();
    }

    private String done(Paint paint) {
        String amounts = Amounts.count(result.deleted().size(), "backup", "backups") + " and "
                + Amounts.count(result.packs(), "pack", "packs");
        if (result.dryRun()) {
            return "Nothing was deleted: " + amounts + " would be, " + Amounts.bytes(result.bytes()) + " at once.";
        }
        return (result.complete() ? paint.tick() : paint.cross()) + " Deleted " + amounts + ", "
                + Amounts.bytes(result.bytes()) + " (" + Amounts.duration(result.took()) + ").";
    }

    private static void sentences(StringBuilder text, String what, List<String> some) {
        if (some.isEmpty()) {
            return;
        }
        text.append(Amounts.count(some.size(), "object", "objects"))
                .append(' ')
                .append(what)
                .append(":\n");
        some.stream()
                .limit(SHOWN)
                .forEach(sentence ->
                        text.append("  ").append(Paint.printable(sentence)).append('\n'));
        if (some.size() > SHOWN) {
            text.append("  … (--json names all)\n");
        }
    }
}
