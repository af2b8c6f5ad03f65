package io.jenkins.plugins.postgresqlbackup.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.testing.PackagedPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The hpi holds what it must and nothing that other plugins bring. */
class PluginFileIT {
    private static final Path HPI = Path.of("target", PackagedPlugin.NAME + ".hpi");
    private static final long LARGEST = 7_500_000;

    @Test
    void onlyTheJarsThatNoPluginBringsAreInIt() throws IOException {
        try (JarFile hpi = new JarFile(HPI.toFile())) {
            List<String> jars = hpi.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".jar"))
                    .map(name -> name.replaceAll("-(v\\d-rev)?\\d.*\\.jar$|\\.jar$", ""))
                    .toList();
            assertThat(jars)
                    .containsExactlyInAnyOrder(
                            "WEB-INF/lib/api-common",
                            "WEB-INF/lib/google-api-client",
                            "WEB-INF/lib/google-api-services-storage",
                            "WEB-INF/lib/google-auth-library-credentials",
                            "WEB-INF/lib/google-auth-library-oauth2-http",
                            "WEB-INF/lib/google-http-client",
                            "WEB-INF/lib/google-http-client-apache-v2",
                            "WEB-INF/lib/google-http-client-gson",
                            "WEB-INF/lib/grpc-api",
                            "WEB-INF/lib/opencensus-api",
                            "WEB-INF/lib/opencensus-contrib-http-util",
                            "WEB-INF/lib/postgresql",
                            "WEB-INF/lib/postgresql-backup",
                            "WEB-INF/lib/postgresql-backup-engine",
                            "WEB-INF/lib/tink");
        }
    }

    @Test
    void itIsSmall() throws IOException {
        assertThat(Files.size(HPI)).isLessThan(LARGEST);
    }

    @Test
    void itSaysWhichPluginsItNeeds() throws IOException {
        try (JarFile hpi = new JarFile(HPI.toFile())) {
            assertThat(hpi.getManifest().getMainAttributes().getValue("Plugin-Dependencies"))
                    .contains(
                            "aws-java-sdk2-s3:",
                            "bouncycastle-api:",
                            "commons-compress-api:",
                            "credentials:",
                            "jackson2-api:");
        }
    }
}
