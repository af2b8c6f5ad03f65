package io.jenkins.plugins.postgresqlbackup.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a new recovery key goes: to the screen, once, or into a file. */
final class RecoveryOptions {
    @Option(
            names = "--recovery-key-file",
            paramLabel = "PATH",
            description =
                    "Write a new recovery key into this file, which must not be there yet, instead of showing it.",
            order = 31)
    private String path;

    /** Looks before anything is done whether the key could be kept. */
    void check() throws IOException {
        if (path != null) {
            SecretFile.requireAbsent(Surroundings.path(path));
        }
    }

    /** Hands the key over, so that it cannot be lost: what goes wrong with the file shows it on the screen. */
    void hand(String recoveryKey, String location, Report report) {
        if (path == null) {
            report.insist(frame(recoveryKey, location, report.paint()));
            return;
        }
        Path file = Surroundings.path(path);
        try {
            SecretFile.write(file, (recoveryKey + "\n").getBytes(StandardCharsets.UTF_8));
            report.say(
                    "The recovery key is in " + file + ": move it to where neither the storage nor this machine is.\n");
        } catch (IOException e) {
            report.warn(
                    "the recovery key could not be written to " + file + " (" + e.getMessage() + "), so it is shown");
            report.insist(frame(recoveryKey, location, report.paint()));
        }
    }

    /** Whether the key goes into a file. */
    boolean toFile() {
        return path != null;
    }

    private static String frame(String recoveryKey, String location, Paint paint) {
        String line = (paint.symbols() ? "─" : "-").repeat(76);
        int half = half(recoveryKey);
        return "\n" + paint.accent(line) + "\n"
                + paint.bold("RECOVERY KEY") + " - shown now and never again\n\n"
                + "    " + paint.bold(recoveryKey.substring(0, half)) + "\n"
                + "    " + paint.bold(recoveryKey.substring(half)) + "\n\n"
                + "It opens every backup in this repository when all other keys are lost.\n"
                + "Print it, and keep it where neither this machine nor the storage is.\n"
                + "Then prove that it can be read back:\n\n"
                + "    pgbackup key check --repository " + location + " --key prompt\n"
                + paint.accent(line) + "\n";
    }

    /** After the group in the middle, so that each half fits a line. */
    private static int half(String key) {
        int hyphens = (int) key.chars().filter(character -> character == '-').count();
        int position = 0;
        for (int i = 0; i <= hyphens / 2; i++) {
            position = key.indexOf('-', position) + 1;
        }
        return position;
    }
}
