package io.jenkins.plugins.postgresqlbackup.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupFullStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupIncrementalStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.CheckBackupsStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.ListBackupsStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.PruneBackupsStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.RestoreBackupStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.VerifyBackupStep;
import io.jenkins.plugins.postgresqlbackup.result.BackupInfo;
import io.jenkins.plugins.postgresqlbackup.result.CheckInfo;
import io.jenkins.plugins.postgresqlbackup.result.PruneInfo;
import io.jenkins.plugins.postgresqlbackup.result.RestoreInfo;
import io.jenkins.plugins.postgresqlbackup.result.VerificationInfo;
import java.nio.file.Files;
import java.text.MessageFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;
import org.junit.jupiter.api.Test;
import org.kohsuke.stapler.DataBoundSetter;

/** What {@code docs/jenkins.md} says is so. */
class GuideTest {
    private static final ResourceBundle MESSAGES = ResourceBundle.getBundle(Messages.class.getName(), Locale.ROOT);

    @Test
    void theTableOfStepsHasEveryParameterAndResult() throws Exception {
        assertComplete("backupFull", BackupFullStep.class, BackupInfo.class);
        assertComplete("backupIncremental", BackupIncrementalStep.class, BackupInfo.class);
        assertComplete("verifyBackup", VerifyBackupStep.class, VerificationInfo.class);
        assertComplete("restoreBackup", RestoreBackupStep.class, RestoreInfo.class);
        assertComplete("pruneBackups", PruneBackupsStep.class, PruneInfo.class);
        assertComplete("listBackups", ListBackupsStep.class, List.class);
        assertComplete("checkBackups", CheckBackupsStep.class, CheckInfo.class);
    }

    private static void assertComplete(String name, Class<?> step, Class<?> result) throws Exception {
        List<String> row = Guide.row("`" + name + "`");
        List<String> parameters = Arrays.stream(step.getMethods())
                .filter(method -> method.isAnnotationPresent(DataBoundSetter.class))
                .map(method -> property(method.getName(), "set"))
                .toList();
        assertThat(parameters)
                .isNotEmpty()
                .allSatisfy(parameter -> assertThat(row.get(1)).contains("`" + parameter + "`"));
        List<String> results = Arrays.stream(result.getMethods())
                .filter(method -> method.isAnnotationPresent(Whitelisted.class))
                .map(method -> property(method.getName(), method.getName().startsWith("is") ? "is" : "get"))
                .filter(property -> !property.equals("tring")) // toString
                .toList();
        assertThat(results).allSatisfy(each -> assertThat(row.get(2)).contains("`" + each + "`"));
    }

    private static String property(String method, String prefix) {
        String rest = method.substring(prefix.length());
        return rest.substring(0, 1).toLowerCase(Locale.ROOT) + rest.substring(1);
    }

    @Test
    void troubleshootingKnowsTheMessagesAsTheyAre() throws Exception {
        List<String> told = Guide.firstCells("Troubleshooting");
        assertThat(told)
                .hasSizeGreaterThan(5)
                .allSatisfy(message -> assertThat(MESSAGES.keySet())
                        .anyMatch(key -> pattern(key).matcher(message).matches()));
    }

    /** But for what the engine's rule of health says, which is tested there. */
    @Test
    void theMailInTheGuideIsMadeOfTheMailsTexts() throws Exception {
        String mail = Guide.blocks(Guide.FILE.resolveSibling("monitoring.md"), "text")
                .get(0)
                .strip();
        String text = mail.replaceFirst("Subject: ", "").replace("\n  ", " ").replaceAll("\n-+\n", "\n");
        List<String> parts = Arrays.stream(text.split("\n\n"))
                .map(String::strip)
                .filter(part -> !part.startsWith("ERROR: The newest good backup of ")
                        && !part.startsWith("Take a backup now: "))
                .toList();
        assertThat(parts)
                .hasSizeGreaterThan(6)
                .allSatisfy(part -> assertThat(MESSAGES.keySet())
                        .anyMatch(key -> pattern(key).matcher(part).matches()));
    }

    /** The message with anything for its arguments. */
    private static Pattern pattern(String key) {
        Object[] anything = new Object[10];
        Arrays.fill(anything, "\u0000");
        String message = MESSAGES.getString(key);
        if (message.contains("choice")) {
            return Pattern.compile("(?!)");
        }
        String filled = message.contains("number")
                ? message
                : new MessageFormat(message, Locale.ROOT).format(anything).replace("\n  ", " ");
        return Pattern.compile(
                filled.isEmpty() ? "(?!)" : Pattern.quote(filled).replace("\u0000", "\\E.+\\Q"), Pattern.DOTALL);
    }

    @Test
    void everyLinkedFileIsThere() throws Exception {
        List<String> links = Pattern.compile("\\]\\(([^)#]+)(#[^)]*)?\\)")
                .matcher(Guide.text())
                .results()
                .map(found -> found.group(1))
                .distinct()
                .toList();
        assertThat(links).isNotEmpty().allMatch(link -> Files.exists(Guide.FILE.resolveSibling(link)));
    }
}
