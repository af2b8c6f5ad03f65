package io.jenkins.plugins.postgresqlbackup.engine.model;

import io.jenkins.plugins.postgresqlbackup.engine.operation.IncrementalBackup;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * An engine that lacks one rule: the source of some classes with a text replaced, compiled anew and loaded before the
 * real ones.
 *
 * @param rule the rule that is missing, in words
 * @param scenario the one that shows it
 * @param without other rules that catch the same, and that are taken away first; with these away alone the scenario passes
 * @param edits what takes the rule away
 */
record Mutant(String rule, String scenario, List<Edit> without, List<Edit> edits) {
    private static final Path SOURCES = Path.of("src/main/java/io/jenkins/plugins/postgresqlbackup/engine");
    private static final String ENGINE = "io.jenkins.plugins.postgresqlbackup.engine.";

    /**
     * A text to be replaced, which must be there exactly once.
     *
     * @param file such as {@code operation/Trust}
     */
    record Edit(String file, String from, String to) {}

    static Mutant of(String rule, String scenario, Edit... edits) {
        return new Mutant(rule, scenario, List.of(), List.of(edits));
    }

    Mutant and(Edit... others) {
        return new Mutant(rule, scenario, List.of(others), edits);
    }

    @Override
    public String toString() {
        return rule;
    }

    /**
     * Plays the scenario.
     *
     * @return what went wrong; null: nothing
     */
    static String play(String scenario, List<Edit> edits, Path directory) throws Exception {
        Path classes = Files.createDirectories(directory.resolve("classes"));
        compile(edits, directory, classes);
        List<URL> urls = List.of(
                classes.toUri().toURL(),
                IncrementalBackup.class.getProtectionDomain().getCodeSource().getLocation(),
                Mutant.class.getProtectionDomain().getCodeSource().getLocation());
        try (Engine engine = new Engine(urls.toArray(URL[]::new))) {
            Class<?> run = engine.loadClass(Scenario.Run.class.getName());
            return (String) run.getMethod("play", String.class, String.class)
                    .invoke(null, scenario, directory.resolve("repository").toString());
        }
    }

    private static void compile(List<Edit> edits, Path directory, Path classes) throws IOException {
        Map<Path, String> sources = new LinkedHashMap<>();
        for (Edit edit : edits) {
            Path file = Path.of(edit.file() + ".java");
            String source = sources.containsKey(file) ? sources.get(file) : Files.readString(SOURCES.resolve(file));
            int at = source.indexOf(edit.from());
            if (at < 0 || source.indexOf(edit.from(), at + 1) >= 0) {
                throw new IllegalStateException("The mutant's text is not there exactly once in " + edit.file()
                        + "; the mutant has to follow the source: " + edit.from());
            }
            sources.put(file, source.replace(edit.from(), edit.to()));
        }
        List<Path> files = new ArrayList<>();
        for (Map.Entry<Path, String> source : sources.entrySet()) {
            Path file = directory.resolve("sources").resolve(source.getKey());
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, source.getValue()));
        }
        if (files.isEmpty()) {
            return;
        }
        String libraries = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options = List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", libraries);
            if (!compiler.getTask(messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call()) {
                throw new IllegalStateException("The mutant does not compile: " + messages);
            }
        }
    }

    /** Loads all classes of the engine and of its tests anew, and shares the libraries. */
    private static final class Engine extends URLClassLoader {
        Engine(URL[] urls) {
            super(urls, Mutant.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(ENGINE)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : findClass(name);
            }
        }
    }
}
