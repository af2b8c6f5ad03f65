package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.archive.Compression;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.keys.SlotKind;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerificationLevel;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Preset;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "pgbackup",
        header = "Encrypted, proven backups of PostgreSQL databases.",
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "",
            "Takes a consistent backup over an ordinary connection, stores it encrypted, proves it row by row, and restores it."
                    + " Every command explains itself: pgbackup COMMAND --help.",
            ""
        },
        footer = {
            "",
            "Begin like this:",
            "  pgbackup demo                                  see all of it happen",
            "  export BACKUP_ENCRYPTION_KEY=\"$(pgbackup key generate)\"",
            "  export PGBACKUP_REPOSITORY=file:/backups",
            "  pgbackup full --database postgresql://backup@localhost/shop",
            "  pgbackup verify latest",
            "  pgbackup restore latest --create \\",
            "      --to postgresql://postgres@localhost/shop_copy",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused (it would have destroyed something), 130 interrupted.",
            "check has those of monitoring plugins: 0 fine, 1 warning, 2 error, 3 could not check."
        })
final class Pgbackup implements Callable<Integer> {
    private static final int NARROWEST = 80;
    private static final int WIDEST = 100;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    private Pgbackup() {}

    /** Runs one command line and returns its exit code. */
    static int run(Surroundings surroundings, String... arguments) {
        return commandLine(surroundings).execute(arguments);
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return ExitCodes.USAGE;
    }

    private static CommandLine commandLine(Surroundings surroundings) {
        CommandLine key = new CommandLine(new KeyCommand())
                .addSubcommand(new KeyGenerateCommand(surroundings))
                .addSubcommand(new KeyAddCommand(surroundings))
                .addSubcommand(new KeyRemoveCommand(surroundings))
                .addSubcommand(new KeyListCommand(surroundings))
                .addSubcommand(new KeyCheckCommand(surroundings))
                .addSubcommand(new KeyRotateCommand(surroundings))
                .addSubcommand(new KeyTrustCommand(surroundings));
        CommandLine storage = new CommandLine(new StorageCommand()).addSubcommand(new StorageTestCommand(surroundings));
        CommandLine all = new CommandLine(new Pgbackup())
                .addSubcommand(new InitCommand(surroundings))
                .addSubcommand(new FullCommand(surroundings))
                .addSubcommand(new IncrementalCommand(surroundings))
                .addSubcommand(new ListCommand(surroundings))
                .addSubcommand(new ShowCommand(surroundings))
                .addSubcommand(new VerifyCommand(surroundings))
                .addSubcommand(new CheckCommand(surroundings))
                .addSubcommand(new RestoreCommand(surroundings))
                .addSubcommand(new ExportCommand(surroundings))
                .addSubcommand(new PruneCommand(surroundings))
                .addSubcommand(new PinCommand(surroundings))
                .addSubcommand(new UnpinCommand(surroundings))
                .addSubcommand(key)
                .addSubcommand(storage)
                .addSubcommand(new DemoCommand(surroundings))
                .addSubcommand(new CommandLine.HelpCommand());
        all.getCommandSpec().version("pgbackup " + version());
        Failures failures = new Failures(surroundings);
        converters(all);
        sorted(all);
        return all.setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        surroundings.terminal().paint().colours() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(Math.min(
                        WIDEST, Math.max(NARROWEST, surroundings.terminal().columns())))
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
    }

    private static void converters(CommandLine all) {
        all.registerConverter(KeySource.class, said(KeySource::parse))
                .registerConverter(HolderSource.class, said(HolderSource::parse))
                .registerConverter(DatabaseUrl.class, said(DatabaseUrl::parse))
                .registerConverter(
                        Compression.class, said(text -> Compression.parse(text).usable()))
                .registerConverter(Jobs.class, said(Jobs::parse))
                .registerConverter(Days.class, said(Days::parse))
                .registerConverter(Age.class, said(Age::parse))
                .registerConverter(Size.class, said(Size::parse))
                .registerConverter(Rule.class, said(Pgbackup::rule))
                .registerConverter(ZoneId.class, said(Pgbackup::zone))
                .registerConverter(Preset.class, said(text -> choice(Preset.values(), text)))
                .registerConverter(SlotKind.class, said(text -> choice(SlotKind.values(), text)))
                .registerConverter(VerificationLevel.class, said(text -> choice(VerificationLevel.values(), text)));
    }

    /** Keeps only the sentence of what is wrong with a value: the value itself may be a secret in the wrong place. */
    private static <T> ITypeConverter<T> said(Function<String, T> parse) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(e.getMessage());
            }
        };
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("a time zone such as UTC or Europe/Berlin is wanted", e);
        }
    }

    private static Rule rule(String text) {
        return Arrays.stream(Rule.values())
                .filter(rule -> rule.code().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("one of "
                        + Arrays.stream(Rule.values()).map(Rule::code).collect(Collectors.joining(", "))
                        + " is wanted"));
    }

    private static <E extends Enum<E>> E choice(E[] choices, String text) {
        return Arrays.stream(choices)
                .filter(choice -> choice.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("one of "
                        + Arrays.stream(choices)
                                .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))
                        + " is wanted"));
    }

    private static void sorted(CommandLine command) {
        command.getCommandSpec().usageMessage().sortOptions(false);
        command.getSubcommands().values().forEach(Pgbackup::sorted);
    }

    private static String version() {
        Properties properties = new Properties();
        try (InputStream file = Pgbackup.class.getResourceAsStream("/pgbackup.properties")) {
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }
}
