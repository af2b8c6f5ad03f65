package io.jenkins.plugins.postgresqlbackup.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupRows;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.testing.PlainDump;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No row is lost where transaction ids pass the half of what 32 bits hold, and where they begin again. */
final class WraparoundTest {
    private static final int ROUNDS = 8;
    private static final int OPERATIONS = 5;
    private static final int BURNT = 150;
    private static final long BEFORE = 500;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1L << 31, 1L << 32, 3L << 31})
    void noRowIsLostWhereTransactionIdsPass(long position) throws Exception {
        assumeThat(TransactionIds.canBeAdvanced()).isTrue();
        Random random = new Random(position);
        ClusterHolder holder = ClusterHolder.start(TestPostgres.home());
        try (Chain chain = Chain.begin(directory.resolve("repository"), holder.home(), random);
                World world = new World(holder, "passing", random)) {
            TransactionIds.advanceTo(holder.cluster(), position - BEFORE);
            holder.create("passing");
            world.run(ModelSchema.filled(world));
            assertThat(TransactionIds.next(world.source())).isLessThan(position);
            for (int round = 0; round < ROUNDS; round++) {
                compare(chain, world);
                for (int i = 0; i < OPERATIONS; i++) {
                    Operations.draw(world).action().happen(world);
                }
                world.run("DO $$ BEGIN FOR i IN 1.." + BURNT
                        + " LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$");
            }
            compare(chain, world);
            chain.verify();
            assertThat(TransactionIds.next(world.source())).isGreaterThan(position + BEFORE);
            assertThat(chain.tally().reused()).isPositive();
            assertThat(chain.tally().deltas()).isPositive();
        } finally {
            holder.close();
        }
    }

    private static void compare(Chain chain, World world) throws Exception {
        BackupResult result = chain.take(world.source());
        ClientPrograms programs = ClientPrograms.find(
                List.of(TestPostgres.home()), world.source().server().major());
        assertThat(PlainDump.take(world.source(), programs)
                        .rowsOnly()
                        .differences(PlainDump.ofRows(BackupRows.read(chain.repository(), result.manifest()))))
                .as("after %s", world.log())
                .isEmpty();
        assertThat(Scenarios.distrust(result)).isEmpty();
    }
}
