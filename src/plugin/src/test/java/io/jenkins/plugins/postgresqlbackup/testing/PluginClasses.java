package io.jenkins.plugins.postgresqlbackup.testing;

import hudson.model.ModelObject;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.kohsuke.stapler.WebMethod;
import org.kohsuke.stapler.bind.JavaScriptMethod;

/** What the plugin is made of, by reflection, for tests that hold all of it to something. */
public final class PluginClasses {
    private PluginClasses() {}

    /** Every class of the plugin. */
    public static List<Class<?>> all() throws IOException, URISyntaxException {
        Path root = root();
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(root::relativize)
                    .map(Path::toString)
                    .filter(name -> name.endsWith(".class") && !name.endsWith("package-info.class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .<Class<?>>map(PluginClasses::load)
                    .toList();
        }
    }

    private static Path root() throws URISyntaxException {
        return Path.of(BackupConfiguration.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PluginClasses.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The methods that a URL can call, each as {@code class.method}. */
    public static Set<String> webMethods() throws IOException, URISyntaxException {
        Set<String> found = new TreeSet<>();
        for (Class<?> each : all()) {
            Arrays.stream(each.getDeclaredMethods())
                    .filter(PluginClasses::isWebMethod)
                    .forEach(method -> found.add(each.getName() + "." + method.getName()));
        }
        return found;
    }

    /** The name that {@link #webMethods} has for a method of a class, which may have it from another. */
    public static String declared(Class<?> type, String method) {
        return Arrays.stream(type.getMethods())
                .filter(each -> each.getName().equals(method))
                .map(each -> each.getDeclaringClass().getName() + "." + method)
                .findFirst()
                .orElseThrow(() -> new AssertionError(type + " has no " + method));
    }

    /** The views of actions and other pages, each as {@code class/view}: a URL can ask for any of them. */
    public static Set<String> pages() throws IOException, URISyntaxException {
        Set<String> found = new TreeSet<>();
        for (Class<?> each : all()) {
            Path views = root().resolve(each.getName().replace('.', '/').replace('$', '/'));
            if (ModelObject.class.isAssignableFrom(each) && Files.isDirectory(views)) {
                try (Stream<Path> files = Files.list(views)) {
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".jelly"))
                            .forEach(name -> found.add(each.getName() + "/" + name.replace(".jelly", "")));
                }
            }
        }
        return found;
    }

    private static boolean isWebMethod(Method method) {
        return !method.isSynthetic()
                && (method.getName().matches("do[A-Z].*|js[A-Z].*|getDynamic|getStaplerFallback|getApi")
                        || method.isAnnotationPresent(WebMethod.class)
                        || method.isAnnotationPresent(JavaScriptMethod.class));
    }

    /** The part of a URL that calls this method. */
    public static String urlName(String method) {
        String name = method.substring("do".length());
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}
