package io.jenkins.plugins.postgresqlbackup.engine.operation;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseProperties;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.GlobalObjects;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.MaterializedView;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Membership;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Role;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SequenceValue;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * What a backup keeps of a database besides schema and rows; sealed under the data key as JSON.
 *
 * @param materializedViews in an order in which they can be refreshed
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Globals(
        DatabaseProperties database,
        List<Role> roles,
        List<Membership> memberships,
        List<SequenceValue> sequences,
        List<MaterializedView> materializedViews) {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    Globals {
        roles = List.copyOf(roles);
        memberships = List.copyOf(memberships);
        sequences = List.copyOf(sequences);
        materializedViews = List.copyOf(materializedViews);
    }

    /** Reads them in the snapshot. */
    static Globals read(Snapshot snapshot) throws IOException {
        GlobalObjects objects = GlobalObjects.read(snapshot);
        return new Globals(
                objects.database(),
                objects.roles(),
                objects.memberships(),
                snapshot.leader().readSequences(snapshot.inventory().sequences()),
                snapshot.inventory().materializedViews());
    }

    byte[] encode() throws IOException {
        return JSON.writeValueAsBytes(this);
    }

    static Globals decode(InputStream content) throws IOException {
        return JSON.readValue(content.readAllBytes(), Globals.class);
    }
}
