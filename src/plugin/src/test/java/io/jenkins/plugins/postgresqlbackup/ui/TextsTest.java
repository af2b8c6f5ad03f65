package io.jenkins.plugins.postgresqlbackup.ui;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Descriptor;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupFullBuilder;
import io.jenkins.plugins.postgresqlbackup.testing.PluginClasses;
import java.beans.Introspector;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.kohsuke.stapler.ClassDescriptor;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Every field has help, every text of a page is where translators find it, and pages hold to the content security policy. */
class TextsTest {
    private static final Path RESOURCES = Path.of("src", "main", "resources");
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Pattern KEY = Pattern.compile("\\$\\{%([A-Za-z]+)[(}]");
    private static final Pattern FIELD = Pattern.compile("<f:(?:entry|property)[^>]* field=\"([A-Za-z]+)\"");
    private static final Pattern MESSAGE = Pattern.compile("Messages(?:\\.|::)_?([A-Za-z]+_[A-Za-z]+)");

    @Test
    void everyFieldOfEveryDescribableHasHelpAndStandsInItsForm() throws Exception {
        List<String> missing = new ArrayList<>();
        List<Class<?>> describables = describables();
        assertThat(describables).hasSizeGreaterThan(10);
        for (Class<?> each : describables) {
            for (String field : fields(each)) {
                if (!hasHelp(each, field)) {
                    missing.add(each.getSimpleName() + " has no help for " + field);
                }
                if (!fieldsOfForm(each).contains(field) && !isForCodeOnly(each, field)) {
                    missing.add("the form of " + each.getSimpleName() + " has no field " + field);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    private static List<Class<?>> describables() throws Exception {
        return PluginClasses.all().stream()
                .filter(Descriptor.class::isAssignableFrom)
                .filter(descriptor -> descriptor.getEnclosingClass() != null
                        && !java.lang.reflect.Modifier.isAbstract(descriptor.getModifiers()))
                .<Class<?>>map(Class::getEnclosingClass)
                .toList();
    }

    private static Set<String> fields(Class<?> describable) {
        Set<String> fields = new TreeSet<>();
        for (Constructor<?> constructor : describable.getConstructors()) {
            if (constructor.isAnnotationPresent(DataBoundConstructor.class)) {
                fields.addAll(List.of(ClassDescriptor.loadParameterNames(constructor)));
            }
        }
        for (Method method : describable.getMethods()) {
            if (method.isAnnotationPresent(DataBoundSetter.class)) {
                fields.add(Introspector.decapitalize(method.getName().substring("set".length())));
            }
        }
        fields.remove("properties"); // those of tools, which Jenkins shows itself
        return fields;
    }

    /** A build step shows its Pipeline step's form and help; what steps have in common has its help in common. */
    private static boolean hasHelp(Class<?> describable, String field) {
        return describable.getPackage().equals(BackupFullBuilder.class.getPackage()) && field.equals("operation")
                || Stream.<Class<?>>iterate(describable, Objects::nonNull, Class::getSuperclass)
                        .anyMatch(each -> each.getResource(each.getSimpleName() + "/help-" + field + ".html") != null);
    }

    private static Set<String> fieldsOfForm(Class<?> describable) throws IOException {
        return found(FIELD, text(describable, "config.jelly"));
    }

    private static String text(Class<?> describable, String view) throws IOException {
        try (InputStream stream = describable.getResourceAsStream(describable.getSimpleName() + "/" + view)) {
            assertThat(stream).as("%s of %s", view, describable).isNotNull();
            return new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    private static boolean isForCodeOnly(Class<?> describable, String field) {
        return describable.getSimpleName().equals("BackupConfiguration") && field.equals("initialize");
    }

    @Test
    void everyTextOfAPageIsInItsPropertiesAndNoneIsLeftOver() throws Exception {
        for (Path jelly : resources(".jelly")) {
            Set<String> used = found(KEY, Files.readString(jelly));
            Path properties =
                    jelly.resolveSibling(jelly.getFileName().toString().replaceAll("\\.jelly$", ".properties"));
            assertThat(keys(properties)).as("%s", properties).isEqualTo(used);
        }
    }

    @Test
    void everyMessageIsUsed() throws Exception {
        Set<String> used = new TreeSet<>();
        for (Path source : files(SOURCES, ".java")) {
            used.addAll(found(MESSAGE, Files.readString(source)));
        }
        Path messages =
                RESOURCES.resolve(Messages.class.getName().replace('.', '/')).resolveSibling("Messages.properties");
        Set<String> known = new TreeSet<>();
        keys(messages).forEach(key -> known.add(key.replace('.', '_')));
        assertThat(known).isNotEmpty().isEqualTo(used);
    }

    @Test
    void pagesHaveNeitherScriptsNorStylesNorHandlersInThem() throws Exception {
        for (Path page : resources(".jelly", ".html")) {
            assertThat(Files.readString(page))
                    .as("%s", page)
                    .doesNotContainPattern("<script|<style|\\sstyle=|\\son[a-z]+=|javascript:");
        }
        for (Path page : resources(".jelly")) {
            assertThat(Files.readString(page)).as("%s", page).startsWith("<?jelly escape-by-default='true'?>");
        }
    }

    private static Set<String> keys(Path properties) throws IOException {
        Properties loaded = new Properties();
        if (Files.exists(properties)) {
            try (Reader reader = Files.newBufferedReader(properties)) {
                loaded.load(reader);
            }
        }
        return new TreeSet<>(loaded.stringPropertyNames());
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> all = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            all.add(matcher.group(1));
        }
        return all;
    }

    private static List<Path> resources(String... endings) throws IOException {
        List<Path> all = files(RESOURCES, endings);
        assertThat(all).isNotEmpty();
        return all;
    }

    private static List<Path> files(Path root, String... endings) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
                    .toList();
        }
    }
}
