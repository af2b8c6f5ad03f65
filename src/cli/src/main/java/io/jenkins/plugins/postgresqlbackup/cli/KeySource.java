package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** Where a key is to be read from. The command line names the place and never the key: everybody on a machine sees its arguments. */
sealed interface KeySource {
    int MAX_BYTES = 8192;
    Set<PosixFilePermission> FOR_OTHERS = Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    /** How a source is written. */
    String FORMS = "env:NAME, file:PATH, - (standard input) or prompt";

    /**
     * Reads what {@link #FORMS} describes.
     *
     * @throws IllegalArgumentException without the text, which may be a key
     */
    static KeySource parse(String text) {
        if (text.startsWith("env:") && text.substring(4).matches("[A-Za-z_][A-Za-z0-9_]*")) {
            return new Variable(text.substring(4));
        }
        if (text.startsWith("file:") && text.length() > 5) {
            String path = text.substring(5);
            return new KeyFile(Surroundings.path(path.startsWith("///") ? path.substring(2) : path));
        }
        return switch (text) {
            case "-" -> new StandardInput();
            case "prompt" -> new Asked("Key or passphrase: ");
            default ->
                throw new IllegalArgumentException("a key is named by where it is, " + FORMS
                        + ", and never given itself: everybody on this machine sees the arguments");
        };
    }

    /** The key as it is there; whoever gets it wipes it. */
    byte[] read(Surroundings surroundings, Consumer<String> warnings) throws IOException;

    /** The key as it is there, for something that will need it again; a person is asked twice. */
    default byte[] readNew(Surroundings surroundings, Consumer<String> warnings) throws IOException {
        return read(surroundings, warnings);
    }

    /** A key that opens something. */
    default Secret secret(Surroundings surroundings, Consumer<String> warnings) throws IOException {
        return parse(read(surroundings, warnings));
    }

    /** A key that something new is to be made for. */
    default Secret newSecret(Surroundings surroundings, Consumer<String> warnings) throws IOException {
        return parse(readNew(surroundings, warnings));
    }

    private Secret parse(byte[] text) throws KeyException {
        try {
            return Secrets.parse(text);
        } catch (KeyException e) {
            throw new KeyException("The key from " + this + " cannot be used: " + e.getMessage(), e);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /** An environment variable. */
    record Variable(String name) implements KeySource {
        @Override
        public byte[] read(Surroundings surroundings, Consumer<String> warnings) throws IOException {
            return surroundings
                    .rawVariable(name)
                    .orElseThrow(
                            () -> new KeyException(
                                    "The environment variable " + name
                                            + " is not set or empty; it should hold the key (32 bytes: raw, hex or base64) or a passphrase."));
        }

        @Override
        public String toString() {
            return "the environment variable " + name;
        }
    }

    /** A file with nothing but the key in it. */
    record KeyFile(Path path) implements KeySource {
        @Override
        public byte[] read(Surroundings surroundings, Consumer<String> warnings) throws IOException {
            byte[] content;
            try (InputStream file = Files.newInputStream(path)) {
                content = bounded(file, "The key file " + path);
            } catch (NoSuchFileException e) {
                throw new KeyException(
                        "There is no key file " + path + "; make one with `pgbackup key generate --out " + path + "`.",
                        e);
            } catch (AccessDeniedException e) {
                throw new KeyException(
                        "The key file " + path + " cannot be read by this user; check its owner and permissions.", e);
            }
            PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
            if (Files.isRegularFile(path)
                    && view != null
                    && view.readAttributes().permissions().stream().anyMatch(FOR_OTHERS::contains)) {
                warnings.accept("others on this machine can read the key file " + path + "; run: chmod 600 " + path);
            }
            return content;
        }

        @Override
        public String toString() {
            return "the file " + path;
        }
    }

    /** What is piped in. */
    record StandardInput() implements KeySource {
        @Override
        public byte[] read(Surroundings surroundings, Consumer<String> warnings) throws IOException {
            return bounded(surroundings.in(), "What came on standard input");
        }

        @Override
        public String toString() {
            return "standard input";
        }
    }

    /** What a person types, not shown. */
    record Asked(String question) implements KeySource {
        @Override
        public byte[] read(Surroundings surroundings, Consumer<String> warnings) throws IOException {
            Surroundings.Prompt prompt = surroundings
                    .prompt()
                    .orElseThrow(
                            () -> new UsageException(
                                    "There is no terminal to ask for the key at; name it with --key env:NAME or --key file:PATH."));
            char[] typed = prompt.ask(question);
            while (typed != null && unfinishedRecoveryKey(typed)) {
                typed = joined(typed, prompt.ask("and the next line: "));
            }
            return utf8(typed);
        }

        /** A recovery key is printed on two lines, the first of which ends with a hyphen. */
        private static boolean unfinishedRecoveryKey(char[] typed) {
            return typed.length > 0
                    && typed[typed.length - 1] == '-'
                    && CharBuffer.wrap(typed)
                            .toString()
                            .toUpperCase(Locale.ROOT)
                            .startsWith("PGB-");
        }

        private static char[] joined(char[] first, char[] second) {
            char[] next = second == null ? new char[0] : second;
            char[] whole = Arrays.copyOf(first, first.length - (next.length == 0 ? 1 : 0) + next.length);
            System.arraycopy(next, 0, whole, whole.length - next.length, next.length);
            Arrays.fill(first, '\0');
            Arrays.fill(next, '\0');
            return whole;
        }

        @Override
        public byte[] readNew(Surroundings surroundings, Consumer<String> warnings) throws IOException {
            byte[] first = read(surroundings, warnings);
            byte[] second = new Asked("The same again: ").read(surroundings, warnings);
            boolean same = Arrays.equals(first, second);
            Arrays.fill(second, (byte) 0);
            if (!same) {
                Arrays.fill(first, (byte) 0);
                throw new KeyException("The two are not the same; start again.");
            }
            return first;
        }

        private static byte[] utf8(char[] typed) throws KeyException {
            if (typed == null || typed.length == 0) {
                throw new KeyException("No key was typed.");
            }
            ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed));
            byte[] bytes = Arrays.copyOf(encoded.array(), encoded.limit());
            Arrays.fill(typed, '\0');
            Arrays.fill(encoded.array(), (byte) 0);
            return bytes;
        }

        @Override
        public String toString() {
            return "the terminal";
        }
    }

    private static byte[] bounded(InputStream stream, String what) throws IOException {
        byte[] content = stream.readNBytes(MAX_BYTES + 1);
        if (content.length > MAX_BYTES) {
            Arrays.fill(content, (byte) 0);
            throw new KeyException(what + " is longer than " + MAX_BYTES + " bytes and no key; is it the right one?");
        }
        return content;
    }
}
