package io.jenkins.plugins.postgresqlbackup.engine.keys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    void aRawKeyIsReadRawInHexAndInBase64() throws KeyException {
        for (int seed = 0; seed < 200; seed++) {
            byte[] key = new byte[32];
            new Random(seed).nextBytes(key);
            String hex = HexFormat.of().formatHex(key);
            Base64.Encoder url = Base64.getUrlEncoder();
            for (String end : new String[] {"", "\n", "\r\n"}) {
                assertRawKey(key, hex + end);
                assertRawKey(key, hex.toUpperCase(Locale.ROOT) + end);
                assertRawKey(key, Base64.getEncoder().encodeToString(key) + end);
                assertRawKey(key, Base64.getEncoder().withoutPadding().encodeToString(key) + end);
                assertRawKey(key, url.encodeToString(key) + end);
                assertRawKey(key, url.withoutPadding().encodeToString(key) + end);
                assertRawKey(key, new String(key, ISO_8859_1) + end);
            }
        }
    }

    @Test
    void aRawKeyMayEndWithTheByteOfALineEnd() throws KeyException {
        byte[] key = new byte[32];
        key[30] = '\r';
        key[31] = '\n';
        assertRawKey(key, new String(key, ISO_8859_1));
        assertRawKey(key, new String(key, ISO_8859_1) + "\n");
        assertRawKey(key, new String(key, ISO_8859_1) + "\r\n");
    }

    private static void assertRawKey(byte[] expected, String text) throws KeyException {
        try (Secret secret = Secrets.parse(text.getBytes(ISO_8859_1))) {
            assertThat(secret)
                    .isInstanceOfSatisfying(
                            RawKey.class, key -> assertThat(key.bytes()).isEqualTo(expected));
        }
    }

    @Test
    void whatIsGeneratedIsReadBack() throws KeyException {
        assertThat(Secrets.parse(Secrets.generateRawKey(RANDOM).getBytes(UTF_8)))
                .isInstanceOf(RawKey.class);
        RecoveryKey recovery = Secrets.generateRecovery(RANDOM);
        assertThat(recovery.text()).matches("PGB-RECOVERY(-[0-9A-HJKMNP-TV-Z]{8}){8}");
        assertThat(Secrets.parse(recovery.text().getBytes(UTF_8))).isInstanceOf(RawKey.class);
        RecipientPair pair = Secrets.generateRecipient(RANDOM);
        assertThat(Secrets.parse((pair.secretText() + "\n").getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        RecipientKey.class,
                        key -> assertThat(RecipientPair.publicText(key.publicKey()))
                                .isEqualTo(pair.publicText()));
        assertThat(Secrets.generateRawKey(RANDOM)).isNotEqualTo(Secrets.generateRawKey(RANDOM));
    }

    @Test
    void everythingElseIsAPassphrase() throws KeyException {
        for (String text :
                new String[] {"12345678", "correct horse battery staple", "üöäßüöäß", "deadbeef", "0123456789abcdef"}) {
            assertThat(Secrets.parse(text.getBytes(UTF_8)))
                    .isInstanceOfSatisfying(
                            Passphrase.class,
                            passphrase -> assertThat(passphrase.bytes())
                                    .asString(UTF_8)
                                    .isEqualTo(text));
        }
    }

    @Test
    void theLineEndIsNoPartOfAPassphrase() throws KeyException {
        assertThat(Secrets.parse("long enough\r\n".getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        Passphrase.class,
                        passphrase ->
                                assertThat(passphrase.bytes()).asString(UTF_8).isEqualTo("long enough"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n", "short", "1234567\n"})
    void whatIsTooShortIsRefused(String text) {
        assertThatThrownBy(() -> Secrets.parse(text.getBytes(UTF_8))).isInstanceOf(KeyException.class);
    }

    @Test
    void bytesThatAreNeitherKeyNorTextAreRefused() {
        byte[] bytes = new byte[31];
        Arrays.fill(bytes, (byte) 0xff);
        assertThatThrownBy(() -> Secrets.parse(bytes))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("it has 31");
    }

    @Test
    void aHexKeyOfTheWrongLengthIsNotTakenForAPassphrase() {
        assertThatThrownBy(() -> Secrets.parse("ab".repeat(32).substring(1).getBytes(UTF_8)))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("63");
    }

    @Test
    void noTypingErrorInARecoveryKeyGoesUnnoticed() throws KeyException {
        String text = RecoveryKey.generate(RANDOM).text();
        String alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        for (int i = RecoveryKey.PREFIX.length(); i < text.length(); i++) {
            if (text.charAt(i) == '-') {
                continue;
            }
            int group = (i - RecoveryKey.PREFIX.length()) / 9 + 1;
            for (char wrong : (alphabet + "U?").toCharArray()) {
                if (wrong != text.charAt(i)) {
                    String mistyped = text.substring(0, i) + wrong + text.substring(i + 1);
                    assertThatThrownBy(() -> Secrets.parse(mistyped.getBytes(UTF_8)))
                            .isInstanceOf(KeyException.class)
                            .hasMessageContaining("Group " + group + " of the 8");
                }
            }
        }
        for (String wrong : new String[] {text.substring(0, text.length() - 1), text + "0", "PGB-RECOVERY-"}) {
            assertThatThrownBy(() -> Secrets.parse(wrong.getBytes(UTF_8)))
                    .isInstanceOf(KeyException.class)
                    .hasMessageContaining("64 characters");
        }
    }

    @Test
    void swappedGroupsOfARecoveryKeyAreNoticed() {
        String[] groups = RecoveryKey.generate(RANDOM)
                .text()
                .substring(RecoveryKey.PREFIX.length())
                .split("-");
        for (int i = 0; i < groups.length; i++) {
            for (int j = i + 1; j < groups.length; j++) {
                String[] swapped = groups.clone();
                swapped[i] = groups[j];
                swapped[j] = groups[i];
                String text = RecoveryKey.PREFIX + String.join("-", swapped);
                assertThatThrownBy(() -> Secrets.parse(text.getBytes(UTF_8)))
                        .isInstanceOf(KeyException.class)
                        .hasMessageContaining("Group " + (i + 1) + " of the 8");
            }
        }
    }

    @Test
    void aRecoveryKeyMayBeTypedAsPeopleType() throws KeyException {
        byte[] key = new byte[32];
        key[5] = 1;
        String text = RecoveryKey.of(key).text();
        String body = text.substring(RecoveryKey.PREFIX.length());
        for (String typed : new String[] {
            text.toLowerCase(Locale.ROOT),
            "PGB-RECOVERY-" + body.replace('-', ' '),
            "pgb recovery\n" + body.replace("-", "\n") + "\n",
            "PGB-RECOVERY-" + body.replace('0', 'O').replace('1', 'l'),
        }) {
            assertThat(Secrets.parse(typed.getBytes(UTF_8)))
                    .isInstanceOfSatisfying(
                            RawKey.class, raw -> assertThat(raw.bytes()).isEqualTo(key));
        }
    }

    @Test
    void noTypingErrorInARecipientsKeyGoesUnnoticed() {
        RecipientPair pair = RecipientPair.generate(RANDOM);
        for (int i = 0; i < pair.publicText().length(); i++) {
            char wrong = pair.publicText().charAt(i) == 'A' ? 'B' : 'A';
            String mistyped = pair.publicText().substring(0, i)
                    + wrong
                    + pair.publicText().substring(i + 1);
            assertThatThrownBy(() -> Holder.recipient(mistyped)).isInstanceOf(KeyException.class);
        }
        for (String wrong : new String[] {
            "",
            "pgbackup-recipient:",
            pair.secretText(),
            pair.publicText() + "A",
            pair.publicText().substring(1),
            "x"
        }) {
            assertThatThrownBy(() -> Holder.recipient(wrong)).isInstanceOf(KeyException.class);
        }
        String mistyped = pair.secretText().substring(0, pair.secretText().length() - 1);
        assertThatThrownBy(() -> Secrets.parse(mistyped.getBytes(UTF_8)))
                .isInstanceOf(KeyException.class)
                .hasMessageNotContaining(mistyped.substring(RecipientPair.SECRET_PREFIX.length()));
    }

    @Test
    void aSecretShowsNothingAndIsGoneWhenClosed() throws KeyException {
        for (String text : new String[] {
            "correct horse battery staple",
            Secrets.generateRawKey(RANDOM),
            Secrets.generateRecovery(RANDOM).text(),
            Secrets.generateRecipient(RANDOM).secretText()
        }) {
            Secret secret = Secrets.parse(text.getBytes(UTF_8));
            assertThat(secret.toString()).startsWith("a ").doesNotContain(text);
            assertThat(Holder.of(secret).toString()).doesNotContain(text);
            secret.close();
            secret.close();
            assertThatThrownBy(() -> used(secret)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(RecoveryKey.generate(RANDOM).toString()).isEqualTo("a recovery key");
        RecipientPair pair = RecipientPair.generate(RANDOM);
        assertThat(pair.toString()).isEqualTo(pair.publicText());
    }

    private static Object used(Secret secret) {
        return secret instanceof Passphrase passphrase
                ? passphrase.bytes()
                : secret instanceof RawKey raw ? raw.bytes() : ((RecipientKey) secret).bytes();
    }

    @Test
    void closingASecretWipesIt() throws KeyException {
        RawKey key = (RawKey) Secrets.parse(Secrets.generateRawKey(RANDOM).getBytes(UTF_8));
        byte[] bytes = key.bytes();
        key.close();
        assertThat(bytes).containsOnly(0);
    }
}
