package io.jenkins.plugins.postgresqlbackup.agent;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import hudson.remoting.Channel;
import hudson.remoting.VirtualChannel;
import hudson.remoting.Which;
import io.jenkins.plugins.postgresqlbackup.engine.operation.FullBackup;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.postgresql.Driver;

/**
 * Brings the libraries that an operation is made of to a node whole, once a connection. Fetched class by class, as remoting does by itself, they would come
 * during the work, where it is slow and where an interrupt, which is how an operation is stopped, is swallowed.
 *
 * <p>The two largest, of which few classes are used, stay with remoting.
 */
final class AgentLibraries {
    private static final List<Class<?>> EACH_OF_ONE = List.of(
            AgentLibraries.class,
            FullBackup.class,
            AesGcmHkdfStreaming.class,
            Driver.class,
            CompressorStreamFactory.class,
            ObjectMapper.class,
            JsonParser.class,
            JsonProperty.class);

    /** One for each connection, so that only the first of several operations brings them. */
    private static final Map<Channel, ReentrantLock> LOCKS = Collections.synchronizedMap(new WeakHashMap<>());

    private AgentLibraries() {}

    static void bringTo(VirtualChannel channel) throws IOException, InterruptedException {
        if (!(channel instanceof Channel remote)) {
            return; // this Java machine itself
        }
        // Not the channel's own monitor: what comes back from the node would wait for it.
        ReentrantLock lock = LOCKS.computeIfAbsent(remote, channelItself -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            if (remote.getProperty(AgentLibraries.class) == null) {
                remote.preloadJar(AgentLibraries.class.getClassLoader(), jars());
                remote.setProperty(AgentLibraries.class, Boolean.TRUE);
            }
        } finally {
            lock.unlock();
        }
    }

    private static URL[] jars() throws IOException {
        List<URL> jars = new ArrayList<>();
        for (Class<?> type : EACH_OF_ONE) {
            File jar = Which.jarFile(type);
            if (jar.isFile()) { // a directory of classes where the plugin is being developed
                jars.add(jar.toURI().toURL());
            }
        }
        return jars.toArray(URL[]::new);
    }
}
