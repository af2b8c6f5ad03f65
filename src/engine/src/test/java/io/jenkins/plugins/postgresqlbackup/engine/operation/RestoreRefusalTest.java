package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ScratchServer;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerInfo;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TargetDatabase;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestSql;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore looks at before it changes anything: roles, the server's version, a standby. */
class RestoreRefusalTest {
    private static final RestoreSettings NEW = RestoreSettings.into(new RestoreInto.NewDatabase());

    @TempDir
    private static Path directory;

    private static ScratchServer other;
    private static Repository repository;
    private static BackupId backup;
    private static BackupId withPolicy;

    @BeforeAll
    static void backUpADatabaseWithRoles() throws Exception {
        other = TestPostgres.startServer(Map.of());
        repository = TestRepository.create(directory);
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE ROLE r_owner",
                "CREATE ROLE r_login LOGIN PASSWORD 'secret' IN ROLE r_owner",
                "CREATE ROLE r_above",
                "GRANT r_above TO r_owner",
                "CREATE ROLE r_reader",
                "CREATE ROLE r_stranger",
                "CREATE TABLE pets (name text)",
                "ALTER TABLE pets OWNER TO r_owner",
                "GRANT SELECT ON pets TO r_reader",
                "INSERT INTO pets VALUES ('Rex')");
        backup = TestRepository.backUp(repository, source).manifest().id();
        TestPostgres.run(source, "CREATE ROLE r_policy", "CREATE POLICY p ON pets TO r_policy USING (true)");
        withPolicy = TestRepository.backUp(repository, source).manifest().id();
    }

    @AfterAll
    static void close() throws Exception {
        repository.close();
        other.close();
    }

    private static RestoreResult restore(BackupId id, Database target, RestoreSettings settings) throws Exception {
        return TestRepository.restore(repository, id, target, settings);
    }

    @Test
    void rolesThatTheServerLacksAreNamedWithTheWaysOut() throws Exception {
        Database target = other.database("refused");

        assertThatThrownBy(() -> restore(backup, target, NEW))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("lacks the roles r_owner, r_reader")
                .hasMessageContaining("--create-roles")
                .hasMessageContaining("--no-owner --no-privileges");
        assertThatThrownBy(() -> restore(backup, target, NEW.withOwners(false)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("lacks the role r_reader");
        assertThatThrownBy(
                        () -> restore(withPolicy, target, NEW.withOwners(false).withPrivileges(false)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("lacks the role r_policy")
                .message()
                .doesNotContain("--no-owner");
        assertThat(TargetDatabase.of(target).exists()).isFalse();
    }

    @Test
    void ownersAndGrantsCanBeLeftOut() throws Exception {
        Database target = other.database("plain");

        RestoreResult result = restore(backup, target, NEW.withOwners(false).withPrivileges(false));

        assertThat(result.rolesCreated()).isEmpty();
        assertThat(TestSql.rows(target, "SELECT relowner::regrole, relacl FROM pg_class WHERE relname = 'pets'"))
                .containsExactly("postgres|null");
    }

    @Test
    void missingRolesAreCreatedWithThoseThatWorkThroughThem() throws Exception {
        try (ScratchServer server = TestPostgres.startServer(Map.of())) {
            Database target = server.database("copy");

            RestoreResult result = restore(withPolicy, target, NEW.withCreateRoles(true));

            assertThat(result.rolesCreated()).containsExactly("r_above", "r_login", "r_owner", "r_policy", "r_reader");
            assertThat(TestSql.rows(target, "SELECT relowner::regrole, relacl FROM pg_class WHERE relname = 'pets'"))
                    .containsExactly("r_owner|{r_owner=arwdDxt/r_owner,r_reader=r/r_owner}");
            assertThat(TestSql.rows(
                            target,
                            "SELECT roleid::regrole, member::regrole FROM pg_auth_members WHERE roleid >= 16384"
                                    + " ORDER BY roleid::regrole::text"))
                    .containsExactly("r_above|r_owner", "r_owner|r_login");
            assertThat(TestSql.rows(
                            target,
                            "SELECT rolcanlogin FROM pg_authid WHERE rolname = 'r_login'"
                                    + " AND rolpassword LIKE 'SCRAM-SHA-256$%'"))
                    .containsExactly("t");
        }
    }

    @Test
    void anOlderServerIsRefusedUnlessThatIsAllowed() throws Exception {
        RestoreChecks checks = new RestoreChecks(asIfOn(140_000, false, NEW));
        assertThatThrownBy(checks::version)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("the target server is PostgreSQL 14")
                .hasMessageContaining("--allow-older-server");

        Restoration allowed = asIfOn(140_000, false, NEW.withOlderServer(true));
        new RestoreChecks(allowed).version();
        assertThat(allowed.warnings()).singleElement().asString().contains("PostgreSQL 14");

        Restoration newer = asIfOn(990_000, false, NEW);
        new RestoreChecks(newer).version();
        assertThat(newer.warnings()).isEmpty();
    }

    @Test
    void aStandbyIsRefused() throws Exception {
        assertThatThrownBy(() -> new RestoreChecks(asIfOn(990_000, true, NEW)).writable())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("standby");
    }

    private static Restoration asIfOn(int version, boolean standby, RestoreSettings settings) throws Exception {
        Manifest manifest = repository.read(backup);
        TargetDatabase target = TargetDatabase.of(other.database("nowhere"));
        ServerInfo server = other.database("postgres").server();
        ServerInfo other = new ServerInfo(
                version,
                "",
                server.databaseName(),
                server.databaseOid(),
                server.encoding(),
                server.systemIdentifier(),
                server.timeline(),
                server.postmasterStart(),
                standby,
                server.user(),
                server.superuser(),
                server.bypassesRowSecurity(),
                server.extensions());
        return Restoration.begin(
                repository,
                manifest,
                Globals.decode(repository.open(manifest, manifest.globals())),
                target,
                other,
                ClientPrograms.find(List.of(TestPostgres.home()), 0),
                settings,
                Progress.silent());
    }
}
