package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts in {@code bin} say what a machine lacks, and how to get it. */
class ScriptsIT {
    private static final Path BIN = Path.of("../../bin");
    private static final List<String> USUAL = List.of(
            "bash",
            "env",
            "dirname",
            "basename",
            "readlink",
            "sed",
            "head",
            "cat",
            "id",
            "find",
            "sort",
            "mktemp",
            "rm",
            "tail",
            "cksum",
            "cp",
            "grep",
            "mkdir",
            "mv",
            "tr");

    @TempDir
    Path directory;

    private Path programs;
    private String said;

    @BeforeEach
    void aBareMachine() throws IOException {
        programs = Files.createDirectory(directory.resolve("programs"));
        for (String name : USUAL) {
            Path program = Stream.of(System.getenv("PATH").split(":"))
                    .map(place -> Path.of(place, name))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow();
            Files.createSymbolicLink(programs.resolve(name), program);
        }
    }

    private void program(String name, String script) throws IOException {
        Path program = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A checkout of which nothing is built, with a Maven that writes down what it is asked for. */
    private Path checkout(String whatMavenSaysOfThePlugin) throws IOException {
        Path checkout = directory.resolve("checkout");
        for (String file : List.of("bin/test", "bin/lib/setup.sh", "pom.xml", "src/plugin/pom.xml")) {
            Path copy = checkout.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(BIN.resolveSibling(file), copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.createSymbolicLink(programs.resolve("java"), Path.of(System.getProperty("java.home"), "bin", "java"));
        for (String client : List.of("psql", "pg_dump", "pg_restore")) {
            program(client, "exit 0");
        }
        program("mvn", """
                case "$*" in
                    "-B -v") echo 'Apache Maven 3.9.9 (x)' ;;
                    *" src/plugin/pom.xml validate "*) echo "$*" >> %s/asked; %s ;;
                    *) echo "$*" >> %s/asked ;;
                esac""".formatted(directory, whatMavenSaysOfThePlugin, directory));
        return checkout;
    }

    private List<String> asked(Path checkout) throws Exception {
        JarRun bare = new JarRun(Path.of("none"), directory).with("PATH", programs.toString());
        Shell.Result result =
                JarRun.finish(bare.start(List.of(checkout.resolve("bin/test").toString(), "-Dtest=Some")));
        assertThat(result.code()).isZero();
        said = result.err();
        Path log = directory.resolve("asked");
        List<String> lines = Files.readAllLines(log);
        Files.delete(log);
        return lines;
    }

    @Test
    void whereThePluginCannotBeBuiltItSaysSoAndTheRestIsTested() throws Exception {
        Path checkout = checkout("echo '[ERROR] Non-resolvable parent POM'; exit 1");
        List<String> asked = asked(checkout);
        assertThat(asked).hasSize(2).last().asString().endsWith(" verify -DengineOnly -Dtest=Some");
        assertThat(said).containsOnlyOnce("the Jenkins plugin is not built");
    }

    @Test
    void whereItCanBeBuiltAllIsTestedAndTheAnswerIsRemembered() throws Exception {
        Path checkout = checkout("exit 0");
        assertThat(asked(checkout)).hasSize(3).last().asString().endsWith(" verify -Dtest=Some");
        assertThat(said).doesNotContain("not built");
        assertThat(asked(checkout)).singleElement().asString().endsWith(" verify -Dtest=Some");

        Files.writeString(checkout.resolve("src/plugin/pom.xml"), "<!-- changed -->", StandardOpenOption.APPEND);
        assertThat(asked(checkout)).hasSize(3);
    }

    @Test
    void aPluginThatDoesNotCompileIsNotTakenForOneThatLacksSomething() throws Exception {
        Path checkout = checkout("echo '[ERROR] warnings found and -Werror specified'; exit 1");
        assertThat(asked(checkout)).last().asString().endsWith(" verify -Dtest=Some");
    }

    private Shell.Result run(String name) throws IOException, InterruptedException {
        JarRun bare = new JarRun(Path.of("none"), directory).with("PATH", programs.toString());
        return JarRun.finish(
                bare.start(List.of(BIN.resolve(name).toAbsolutePath().toString())));
    }

    @Test
    void withoutJavaItSaysWhichToInstall() throws Exception {
        for (String name : List.of("pgbackup", "run", "test")) {
            Shell.Result result = run(name);
            assertThat(result.code()).isEqualTo(1);
            assertThat(result.err().lines())
                    .singleElement()
                    .asString()
                    .contains("Java 17 or newer")
                    .contains("default-jdk-headless");
        }
    }

    @Test
    void anOldJavaDoesNotDo() throws Exception {
        program("java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2");
        assertThat(run("pgbackup").err()).contains("Java 17 or newer is missing");
    }

    @Test
    void withoutPostgresProgramsItSaysWhichToInstall() throws Exception {
        Files.createSymbolicLink(programs.resolve("java"), Path.of(System.getProperty("java.home"), "bin", "java"));
        Shell.Result result = run("run");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("psql").contains("postgresql-client");
    }

    @Test
    void anOldMavenDoesNotDo() throws Exception {
        Files.createSymbolicLink(programs.resolve("java"), Path.of(System.getProperty("java.home"), "bin", "java"));
        program("mvn", "echo 'Apache Maven 3.6.3 (x)'");
        Shell.Result result = run("test");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("Maven 3.6.3 is too old").contains("3.8.7");
    }

    @Test
    void whoIsNotRootIsToldTheCommand() throws Exception {
        program("apt-get", "exit 1");
        Files.delete(programs.resolve("id"));
        program("id", "echo 1000");
        assertThat(run("pgbackup").err()).contains("sudo apt-get install default-jdk-headless");
    }

    @Test
    void anInstallationThatFailsIsNotSilent() throws Exception {
        program("apt-get", "echo 'no such package'; exit 1");
        Files.delete(programs.resolve("id"));
        program("id", "echo 0");
        Shell.Result result = run("pgbackup");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("no such package").contains("could not install");
    }
}
