package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.RefusedException;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreFailedException;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Turns what went wrong into one sentence on standard error and an exit code. */
final class Failures implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {
    static final String DEBUG = "--debug";

    private final Surroundings surroundings;

    Failures(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
        Report.fail(surroundings, sentence(failure, command));
        if (failure instanceof RestoreFailedException unfinished) {
            detail(unfinished.problems());
            detail(unfinished.standing());
        }
        if (arguments.originalArgs().contains(DEBUG)) {
            failure.printStackTrace(surroundings.err());
        }
        return isCheck(command) && !isInterruption(failure) ? CheckState.UNKNOWN.code() : code(failure);
    }

    /** Whether a monitoring system reads the exit code, by rules of its own. */
    private static boolean isCheck(CommandLine command) {
        return command.getCommand() instanceof CheckCommand;
    }

    /** What is there after a restore that failed is too much for one sentence. */
    private void detail(List<String> lines) {
        lines.forEach(line -> surroundings.err().println("  " + Paint.printable(line)));
    }

    @Override
    public int handleParseException(CommandLine.ParameterException wrong, String[] arguments) {
        Report.fail(surroundings, usage(wrong));
        if (Stream.of(arguments).anyMatch(DEBUG::equals)) {
            wrong.printStackTrace(surroundings.err());
        }
        return isCheck(wrong.getCommandLine()) ? CheckState.UNKNOWN.code() : ExitCodes.USAGE;
    }

    private static int code(Exception failure) {
        if (isInterruption(failure)) {
            return ExitCodes.INTERRUPTED;
        }
        if (failure instanceof UsageException) {
            return ExitCodes.USAGE;
        }
        if (failure instanceof RefusedException
                || failure instanceof RepositoryException wrong
                        && wrong.reason() == RepositoryException.Reason.EXISTS) {
            return ExitCodes.REFUSED;
        }
        return ExitCodes.FAILED;
    }

    private static boolean isInterruption(Exception failure) {
        return failure instanceof InterruptedException
                || failure instanceof ClosedByInterruptException
                || Thread.currentThread().isInterrupted();
    }

    private static String sentence(Exception failure, CommandLine command) {
        if (isInterruption(failure)) {
            return "Interrupted: " + command.getCommandName() + " was not completed.";
        }
        if (failure instanceof FileSystemException file) {
            return sentence(file);
        }
        if (failure instanceof IOException || failure instanceof UsageException) {
            return Optional.ofNullable(failure.getMessage())
                    .orElse("Input or output failed (" + failure.getClass().getSimpleName() + "); run it again with "
                            + DEBUG + " to see where.");
        }
        return "This should not have happened (" + failure.getClass().getSimpleName()
                + Optional.ofNullable(failure.getMessage())
                        .map(text -> ": " + text)
                        .orElse("") + "); please report it with what "
                + DEBUG + " prints.";
    }

    /** Java's messages of these are mostly the bare path. */
    private static String sentence(FileSystemException failure) {
        String path = String.valueOf(failure.getFile());
        if (failure instanceof NoSuchFileException) {
            return "There is no file or directory " + path + ".";
        }
        if (failure instanceof AccessDeniedException) {
            return path + " may not be read or written by this user; check its owner and permissions.";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return path + " is there already; choose another name or remove it.";
        }
        return path + ": " + Optional.ofNullable(failure.getReason()).orElse("cannot be read or written") + ".";
    }

    private static String usage(CommandLine.ParameterException wrong) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        String see = "; see " + command + " --help.";
        if (wrong instanceof CommandLine.UnmatchedArgumentException unmatched) {
            return unmatched(unmatched, command) + see;
        }
        String said = Optional.ofNullable(wrong.getMessage()).orElse("the command line is not understood");
        return said.replaceAll("[.\\s]+$", "") + see;
    }

    /** Names what was not understood, but no value: it may be a secret in the wrong place. */
    private static String unmatched(CommandLine.UnmatchedArgumentException wrong, String command) {
        List<String> rest = wrong.getUnmatched();
        String first = rest.isEmpty() ? "" : rest.get(0);
        if (first.startsWith("--password")) {
            return "A password is never an argument, since everybody on this machine would see it: use PGPASSWORD, ~/.pgpass"
                    + " or --password-file";
        }
        if (first.startsWith("-")) {
            List<String> known = wrong.getCommandLine().getCommandSpec().options().stream()
                    .flatMap(option -> Stream.of(option.names()))
                    .toList();
            String option = first.replaceAll("=.*", "");
            return "There is no option " + option + didYouMean(option, known);
        }
        Set<String> commands = wrong.getCommandLine().getSubcommands().keySet();
        return commands.isEmpty()
                ? command + " takes no such argument (number " + (position(wrong, first) + 1) + " of the command line)"
                : "\"" + first + "\" is no command of " + command + didYouMean(first, commands);
    }

    private static int position(CommandLine.UnmatchedArgumentException wrong, String argument) {
        CommandLine top = wrong.getCommandLine();
        while (top.getParent() != null) {
            top = top.getParent();
        }
        CommandLine.ParseResult parsed = top.getParseResult();
        return parsed == null ? -1 : parsed.originalArgs().indexOf(argument);
    }

    private static String didYouMean(String typed, Collection<String> words) {
        Optional<String> longer = words.stream()
                .filter(word -> typed.length() > 3 && word.startsWith(typed))
                .findFirst();
        return longer.or(() -> NearWord.of(typed, words))
                .map(word -> " (did you mean " + word + "?)")
                .orElse("");
    }
}
