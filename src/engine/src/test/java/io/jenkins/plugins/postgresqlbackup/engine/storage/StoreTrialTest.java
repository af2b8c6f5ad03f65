package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.Answer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.Seen;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore.Call;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTrialTest {
    private static List<String> names(ObjectStore store) throws IOException {
        List<String> names = new ArrayList<>();
        store.list("", object -> names.add(object.name()));
        return names;
    }

    /** What a store of any kind may do wrong. */
    @Nested
    class OnADirectory {
        private FaultyStore store;

        @BeforeEach
        void open(@TempDir Path directory) throws IOException {
            store = new FaultyStore(ObjectStores.open(directory.toUri(), false));
        }

        @Test
        void whatWorksIsFoundToAndNothingIsLeft() throws IOException {
            StoreTrial.Findings findings = StoreTrial.of(store);
            assertThat(findings.problems()).isEmpty();
            assertThat(findings.warnings()).isEmpty();
            assertThat(store.count(Call.COMMIT)).isPositive();
            assertThat(names(store)).isEmpty();
        }

        @Test
        void whatCannotBeWrittenIsAProblemAndNothingElseIsSaid() throws IOException {
            store.diskFullAfter(3);
            store.on(Call.DELETE, 1).fail();
            StoreTrial.Findings findings = StoreTrial.of(store);
            assertThat(findings.problems()).singleElement().asString().contains("trials/");
            assertThat(findings.warnings()).isEmpty();
        }

        @Test
        void whatIsWrittenInAnotherFormIsAProblem() {
            store.on(Call.READ, 1).cutAfter(5);
            assertThat(StoreTrial.of(store).problems())
                    .singleElement()
                    .asString()
                    .contains("in another form than it was written", store.describe());
        }

        @Test
        void everyStepThatFailsIsTold() throws IOException {
            store.on(Call.OPEN, 1).fail();
            store.on(Call.NOW, 1).fail();
            store.on(Call.LIST, 1).fail();
            StoreTrial.Findings findings = StoreTrial.of(store);
            assertThat(findings.problems())
                    .hasSize(3)
                    .anyMatch(problem -> problem.startsWith("OPEN"))
                    .anyMatch(problem -> problem.startsWith("NOW"))
                    .anyMatch(problem -> problem.startsWith("LIST"));
            assertThat(names(store)).as("tidied up all the same").isEmpty();
        }
    }

    /** What the rights of an access key leave out. */
    @Nested
    class OnS3 {
        private FaultyHttp proxy;
        private ObjectStore store;

        @BeforeEach
        void open() throws IOException {
            proxy = new FaultyHttp(S3Server.s3Proxy().endpoint());
            store = ObjectStores.open(
                    S3Server.location(proxy.endpoint(), "attempts=1"), false, Optional.of(S3Server.KEYS));
        }

        @AfterEach
        void close() {
            store.close();
            proxy.close();
        }

        private StoreTrial.Findings withoutRightTo(Predicate<Seen> requests) {
            proxy.on(request ->
                    requests.test(request) ? Optional.of(Answer.s3(403, "AccessDenied", Map.of())) : Optional.empty());
            StoreTrial.Findings findings = StoreTrial.of(store);
            proxy.on(request -> Optional.empty());
            return findings;
        }

        @Test
        void aKeyThatMayDoAllIsFine() throws IOException {
            StoreTrial.Findings findings = withoutRightTo(request -> false);
            assertThat(findings.problems()).isEmpty();
            assertThat(findings.warnings()).isEmpty();
            assertThat(names(store)).isEmpty();
        }

        @Test
        void aKeyThatMayNotWriteIsToldSo() {
            StoreTrial.Findings findings = withoutRightTo(request ->
                    !request.method().equals("GET") && !request.method().equals("HEAD"));
            assertThat(findings.problems()).singleElement().asString().contains("s3:PutObject", store.describe());
            assertThat(findings.warnings()).isEmpty();
        }

        @Test
        void aKeyThatMayNotReadIsToldSo() throws IOException {
            StoreTrial.Findings findings =
                    withoutRightTo(request -> request.path().contains("/trials/")
                            && List.of("GET", "HEAD").contains(request.method()));
            assertThat(findings.problems()).isNotEmpty().allMatch(problem -> problem.contains("s3:GetObject"));
            assertThat(names(store)).isEmpty();
        }

        @Test
        void aKeyThatMayNotListIsToldSo() {
            StoreTrial.Findings findings =
                    withoutRightTo(request -> request.query().contains("list-type"));
            assertThat(findings.problems()).isNotEmpty().allMatch(problem -> problem.contains("s3:ListBucket"));
        }

        @Test
        void aKeyThatMayNotDeleteIsOnlyWarnedOf() throws IOException {
            StoreTrial.Findings findings =
                    withoutRightTo(request -> request.method().equals("DELETE"));
            assertThat(findings.problems()).isEmpty();
            assertThat(findings.warnings())
                    .singleElement()
                    .asString()
                    .contains("s3:DeleteObject", "old ones could not be removed");
            assertThat(names(store)).singleElement().asString().startsWith(StoreTrial.PREFIX);
        }

        @Test
        void aServerThatIsSaidToRefuseAndOverwritesIsFoundOut() throws IOException {
            try (FaultyHttp believer = new FaultyHttp(S3Server.s3Mock().endpoint());
                    ObjectStore wrong = ObjectStores.open(
                            S3Server.location(believer.endpoint(), "exclusive=true"),
                            false,
                            Optional.of(S3Server.KEYS))) {
                believer.on(request -> Optional.of(new FaultyHttp.WithoutHeader("If-None-Match")));
                assertThat(StoreTrial.of(wrong).problems())
                        .singleElement()
                        .asString()
                        .contains("overwrites objects", "exclusive=true");
            }
        }
    }
}
