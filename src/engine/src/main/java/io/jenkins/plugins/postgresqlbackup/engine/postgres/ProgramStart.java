package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Starts a program so that names reach it as they are.
 *
 * <p>Java gives arguments and variables in the platform's encoding: under the C locale, which services have, anything
 * but ASCII becomes a question mark. A shell then builds them from octal numbers.
 */
final class ProgramStart {
    private ProgramStart() {}

    /**
     * @param charset the one that the program takes its arguments in; variables are always UTF-8
     */
    static Process start(ProcessBuilder builder, Charset charset) throws IOException {
        Charset platform = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        return wrap(builder, charset, platform).start();
    }

    static ProcessBuilder wrap(ProcessBuilder builder, Charset charset, Charset platform) {
        Map<String, String> odd = new TreeMap<>(builder.environment());
        odd.entrySet()
                .removeIf(variable -> !variable.getKey().startsWith("PG")
                        || same(variable.getValue(), StandardCharsets.UTF_8, platform));
        if (odd.isEmpty() && builder.command().stream().allMatch(argument -> same(argument, charset, platform))) {
            return builder;
        }
        StringBuilder script = new StringBuilder();
        odd.forEach((name, value) -> {
            builder.environment().remove(name);
            assign(script, name, value.getBytes(StandardCharsets.UTF_8));
            script.append("export ").append(name).append('\n');
        });
        script.append("set --\n");
        for (String argument : builder.command()) {
            assign(script, "x", argument.getBytes(charset));
            script.append("set -- \"$@\" \"$x\"\n");
        }
        builder.command(
                new ArrayList<>(List.of("sh", "-c", script.append("exec \"$@\"").toString())));
        return builder;
    }

    private static boolean same(String text, Charset wanted, Charset platform) {
        return Arrays.equals(text.getBytes(wanted), text.getBytes(platform));
    }

    /** Substitution takes newlines away from the end, so something stands behind them and is taken away again. */
    private static void assign(StringBuilder script, String variable, byte[] value) {
        script.append(variable).append("=$(printf '");
        for (byte b : value) {
            boolean letter = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
            script.append(letter ? String.valueOf((char) b) : "\\%03o".formatted(b & 0xff));
        }
        script.append(".'); ").append(variable).append("=${").append(variable).append("%.}\n");
    }
}
