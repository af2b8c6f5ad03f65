package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.LargeObjectLoader;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.LargeObjectStream;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Creates the large objects of a backup; one part of {@link Workers#run}, beside the rows. */
final class LargeObjectsLoad implements Callable<Void> {
    private final Restoration restoration;
    private final List<String> failures = new ArrayList<>();

    LargeObjectsLoad(Restoration restoration) {
        this.restoration = restoration;
    }

    @Override
    public Void call() throws IOException {
        Manifest manifest = restoration.manifest();
        RestoreSettings settings = restoration.settings();
        RowDigest all = RowDigest.EMPTY;
        try (LargeObjectLoader session =
                LargeObjectLoader.open(restoration.target().database(), settings.owners(), settings.privileges())) {
            for (Manifest.Blob blob : manifest.largeObjects().blobs()) {
                try (InputStream content = restoration.repository().open(manifest, blob)) {
                    all = all.plus(LargeObjectStream.read(content, session));
                }
                restoration.progress().advance(0, blob.rawBytes());
            }
            if (!all.equals(Digests.parse(manifest.largeObjects().digest()))) {
                throw new IOException("The large objects of the backup are not those that its manifest describes ("
                        + all
                        + " instead of " + Digests.parse(manifest.largeObjects().digest())
                        + "); verify the backup and restore another one.");
            }
            session.commit();
            failures.addAll(session.failures());
        }
        return null;
    }

    /** What of owners, grants and comments could not be restored; complete when the part has ended. */
    List<String> failures() {
        return failures;
    }
}
