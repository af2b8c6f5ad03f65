package io.jenkins.plugins.postgresqlbackup.agent;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.client.googleapis.services.AbstractGoogleClient;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.apache.v2.ApacheHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.pathtemplate.PathTemplate;
import com.google.api.services.storage.Storage;
import com.google.auth.Credentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.internal.InternalFutureFailureAccess;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import hudson.PluginWrapper;
import hudson.remoting.Channel;
import hudson.remoting.VirtualChannel;
import hudson.remoting.Which;
import io.grpc.Context;
import io.jenkins.plugins.postgresqlbackup.engine.operation.FullBackup;
import io.opencensus.contrib.http.HttpClientHandler;
import io.opencensus.trace.Tracing;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import jenkins.model.Jenkins;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.postgresql.Driver;

/**
 * Brings the libraries that an operation is made of to a node whole, once a connection. Fetched class by class, as remoting does by itself, they would come
 * during the work, where it is slow and where an interrupt, which is how an operation is stopped, is swallowed.
 *
 * <p>Of the engine's the two largest, of which few classes are used, stay with remoting. What a kind of storage needs besides comes to the nodes that use
 * such a storage.
 */
enum AgentLibraries {
    ENGINE {
        @Override
        List<Path> jars() throws IOException {
            return jarsOf(
                    AgentLibraries.class,
                    FullBackup.class,
                    AesGcmHkdfStreaming.class,
                    Driver.class,
                    CompressorStreamFactory.class,
                    ObjectMapper.class,
                    JsonParser.class,
                    JsonProperty.class);
        }
    },

    /** Apache's client for HTTP. */
    HTTP {
        @Override
        List<Path> jars() throws IOException {
            return jarsOf("apache-httpcomponents-client-4-api");
        }
    },

    /** Amazon's client. */
    S3 {
        @Override
        List<Path> jars() throws IOException {
            List<Path> jars = jarsOf("aws-java-sdk2-core");
            jars.addAll(jarsOf("aws-java-sdk2-s3"));
            return jars;
        }

        @Override
        Optional<AgentLibraries> needed() {
            return Optional.of(HTTP);
        }
    },

    /** Google's client. */
    GOOGLE {
        @Override
        List<Path> jars() throws IOException {
            List<Path> jars = jarsOf("gson-api");
            jars.addAll(jarsOf(
                    Storage.class,
                    AbstractGoogleClient.class,
                    PathTemplate.class,
                    GoogleCredentials.class,
                    Credentials.class,
                    HttpTransport.class,
                    ApacheHttpTransport.class,
                    GsonFactory.class,
                    Context.class,
                    Tracing.class,
                    HttpClientHandler.class,
                    ImmutableList.class,
                    InternalFutureFailureAccess.class));
            return jars;
        }

        @Override
        Optional<AgentLibraries> needed() {
            return Optional.of(HTTP);
        }
    };

    /** One for each connection, so that only the first of several operations brings them. */
    private static final Map<Channel, ReentrantLock> LOCKS = Collections.synchronizedMap(new WeakHashMap<>());

    abstract List<Path> jars() throws IOException;

    /** Others that must be there too. */
    Optional<AgentLibraries> needed() {
        return this == ENGINE ? Optional.empty() : Optional.of(ENGINE);
    }

    /** Brings these, and those that they need. */
    void bringTo(VirtualChannel channel) throws IOException, InterruptedException {
        if (!(channel instanceof Channel remote)) {
            return; // this Java machine itself
        }
        // Not the channel's own monitor: what comes back from the node would wait for it.
        ReentrantLock lock = LOCKS.computeIfAbsent(remote, channelItself -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            bringOnce(remote);
        } finally {
            lock.unlock();
        }
    }

    private void bringOnce(Channel remote) throws IOException, InterruptedException {
        Optional<AgentLibraries> others = needed();
        if (others.isPresent()) {
            others.get().bringOnce(remote);
        }
        if (remote.getProperty(this) == null) {
            List<URL> urls = new ArrayList<>();
            for (Path jar : jars()) {
                urls.add(jar.toUri().toURL());
            }
            remote.preloadJar(AgentLibraries.class.getClassLoader(), urls.toArray(URL[]::new));
            remote.setProperty(this, Boolean.TRUE);
        }
    }

    /** The jars that these classes are in, one of each. */
    private static List<Path> jarsOf(Class<?>... types) throws IOException {
        List<Path> jars = new ArrayList<>();
        for (Class<?> type : types) {
            File jar = Which.jarFile(type);
            if (jar.isFile()) { // a directory of classes where the plugin is being developed
                jars.add(jar.toPath());
            }
        }
        return jars;
    }

    /** The controller itself loads nothing of these clients, so their jars are found by the plugins they are in. */
    private static List<Path> jarsOf(String plugin) throws IOException {
        PluginWrapper wrapper = Jenkins.get().getPluginManager().getPlugin(plugin);
        if (wrapper == null) {
            return new ArrayList<>(); // Jenkins does not load this plugin without it, unless somebody insists
        }
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(
                Path.of(wrapper.baseResourceURL.toURI()).resolve("WEB-INF").resolve("lib"), "*.jar")) {
            found.forEach(jars::add);
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        return jars;
    }
}
