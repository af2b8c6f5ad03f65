package io.jenkins.plugins.postgresqlbackup.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Looks for secrets where none may be: as they are, in base64 and in hex. */
public final class SecretSearch {
    private static final int LEAST = 8;

    /** What to look for, as Latin-1, and what it is. */
    private final Map<String, String> forms = new TreeMap<>();

    /** Looks for this too. */
    public void add(String name, String secret) {
        add(name, secret.getBytes(StandardCharsets.UTF_8));
    }

    /** Looks for this too. */
    public void add(String name, byte[] secret) {
        if (secret.length < LEAST) {
            throw new IllegalArgumentException(name + " is too short to be found by chance only");
        }
        forms.put(new String(secret, StandardCharsets.ISO_8859_1), name);
        String hex = HexFormat.of().formatHex(secret);
        forms.put(hex, name + " in hex");
        forms.put(hex.toUpperCase(Locale.ROOT), name + " in hex");
        // In base64 a text looks different in each of three positions; at either end it mixes with its neighbours.
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + secret.length];
            System.arraycopy(secret, 0, shifted, before, secret.length);
            String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            String middle = encoded.substring(before == 0 ? 0 : before + 1, encoded.length() - 1);
            forms.put(middle, name + " in base64");
            forms.put(middle.replace('+', '-').replace('/', '_'), name + " in base64");
        }
    }

    /** What is found in a text, each as a sentence that does not repeat the secret. */
    public List<String> in(String place, String text) {
        List<String> found = new ArrayList<>();
        forms.forEach((form, name) -> {
            if (text.contains(form)) {
                found.add(place + " holds " + name);
            }
        });
        return found;
    }

    /** What is found in all files below a directory; those that vanish meanwhile are let go. */
    public List<String> below(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            try {
                found.addAll(in(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1)));
            } catch (NoSuchFileException e) {
                continue;
            }
        }
        return found;
    }
}
