package io.jenkins.plugins.postgresqlbackup.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import hudson.model.Saveable;
import hudson.model.listeners.SaveableListener;
import io.jenkins.plugins.postgresqlbackup.alert.CheckListener;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import jenkins.metrics.api.Metrics;

/** Has the figures of the last check in the Metrics plugin's registry, one gauge each; those of entries that are gone go too. Thread-safe. */
@Extension(optional = true)
public final class BackupGauges implements CheckListener {
    /** Those that are registered. Guarded by this object. */
    private final Set<String> registered = new HashSet<>();

    private volatile Map<String, Supplier<Number>> figures = Map.of();

    @Override
    public void checked(Status status) {
        show(new Figures(status).all());
    }

    private synchronized void show(Map<String, Supplier<Number>> fresh) {
        figures = fresh;
        MetricRegistry registry = Metrics.metricRegistry();
        registered.stream().filter(name -> !fresh.containsKey(name)).forEach(registry::remove);
        registered.retainAll(fresh.keySet());
        for (String name : fresh.keySet()) {
            if (registered.add(name)) {
                registry.remove(name); // whatever somebody else calls so would be in the way
                registry.register(name, (Gauge<Number>) () -> value(name));
            }
        }
    }

    /** Null once it is gone, for who got hold of the gauge before. */
    private Number value(String name) {
        Supplier<Number> figure = figures.get(name);
        return figure == null ? null : figure.get();
    }

    /** What is no longer configured is shown no longer, before the next check too. */
    @Extension(optional = true)
    public static final class Changes extends SaveableListener {
        @Override
        public void onChange(Saveable changed, XmlFile file) {
            if (changed instanceof BackupConfiguration) {
                ExtensionList.lookupSingleton(BackupGauges.class)
                        .checked(BackupMonitor.get().status());
            }
        }
    }
}
