package io.jenkins.plugins.postgresqlbackup.engine.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What version 1 wrote stays readable: these bytes were written once and are never to be written anew. */
class KeyFormatTest {
    private static final String REPOSITORY = "00112233445566778899aabbccddeeff";

    private static final String RAW_KEY_SLOT = """
            {"format":1,"id":"slot-raw","kind":"full","label":"ann","created":"2026-11-22T12:18:38Z","generation":2,"metho\
            d":"raw-key","salt":"peynsHLMorJ7VA/vul5ir2vANt5OTUJD2gVf7NrrMIM=","wrapped":"bYSrJNNMaZUmi4UEImDMWlSol8dUSlgf\
            TFAG6I3U+2RcXqi7xj8HtgYBs1lrCg6yIOEPK+VoikQyt1JnAKMy7MK8PQHSz+bKIANFt0Vt8BSjvNHzyWixPGCsoIpsaH5EL0RPCdu08DGZXc\
            EL4GHrXbvrkeWeVPxO64zRB66QznYvmXz0LLoV3q9T1EnLr83h7qOvNNlvzD7423DAkIc195vWH9b6MURbyLiftT0iLqfJHFzbIwRFrhgnrdg5\
            E9E23w2bswdVPd3upi8tAAZvk5BL6d//Z03RNxupFwBNMDJTMLcLyp3/","mac":"Lfyg8vsyObEtkbdrnEyIHj6KGqezRITL7P5fo1dA6gQ="\
            }""";

    private static final String PASSPHRASE_SLOT = """
            {"format":1,"id":"slot-pass","kind":"write","label":"ci ä","created":"2026-11-22T12:18:38Z","generation":2,"me\
            thod":"passphrase","argon2id":{"memoryKib":8192,"iterations":1,"parallelism":1},"salt":"6Db7AuKC9Ro7t+U8bpmus4\
            arPIZ6KfZbtaL7aoT9Kmk=","wrapped":"BO1mylMedyZi8gcqm7oevEihmU4bvL41mt0E+GvO9sFkx1ulsBdxKQhHyYdpVAtthdBOZxhXvrr\
            cT1qfdTjLTK81iTRAIfnmwpDHP4uA6z8Ff60FXD4jkCgmLHbfFvzDE7ZYHOzp3SNGUQj0/0IldqWKslaxRBGpDYxHTCmovqU2psap0Dkcc4l69\
            z3iYsE1dK1O0ePO+9SP1o/WlZXDq8hUJDrf16k=","mac":"8Jktiqp3HQBkVNYfKAXgKXndcRe+AtnDmWiyugD2qqs="}""";

    private static final String RECIPIENT_SLOT = """
            {"format":1,"id":"slot-recipient","kind":"recovery","label":"","created":"2026-11-22T12:18:38Z","generation":2\
            ,"method":"recipient","recipient":"j0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4KF8=","encapsulated":"8L2xHBp7AuHPq\
            gMwWw5+U8Kd0l6ukqrVnDfD5lzYHwc=","wrapped":"BwGHhK/Y5dyGb3TXgSY8wbSV/OQuzkTrxjMYxFhsuRdNRcI37oM+svUKQTShcRGmr/\
            EiJOqvINAfLDhCGJ66UR9wKip5tnib+SbAzJceL/5p/1xcc5hHyLTgVnmUkAr8Toev6fpDUEEA3tdEi0bgVyjr5+muFEQ4rSlKYk8BU3ZrFzRZ\
            LFEa4nA9E6SKiTh1SyyjuVsECPDzFNEsGKbg/LvzZKLvXhjKzFINOYIVawj/OMOBIR/O671b7miUJsJm5AF933eNZu+062kMUjIwxbRPIHcAJK\
            vpPgCY","mac":"xnByANd/RMKOA2BHcwhj0/jLgRjuXVqJmbzvXfqY9qI="}""";

    private static final String WRAPPED_DATA_KEY = """
            8be5c05a559737492c627abc893cff65d38b55e896315367091fbfec20a87c16af8138b42bcda3271056fa17e711284c0dafcc482c6fec\
            095155584588eeba9957aaa19a3caca4c51b2148d3386948f3""";

    private final byte[] counting = new byte[32];

    KeyFormatTest() {
        for (int i = 0; i < counting.length; i++) {
            counting[i] = (byte) i;
        }
    }

    @Test
    void slotsOfVersionOneStillOpen() throws KeyException {
        assertOpens(RAW_KEY_SLOT, new RawKey(counting), SlotKind.FULL);
        assertOpens(PASSPHRASE_SLOT, new Passphrase("correct horse battery staple".toCharArray()), SlotKind.WRITE);
        assertOpens(RECIPIENT_SLOT, new RecipientKey(counting), SlotKind.RECOVERY);
    }

    private static void assertOpens(String object, Secret secret, SlotKind kind) throws KeyException {
        KeySlot slot = KeySlots.decode("keys/old", object.getBytes(UTF_8));
        assertThat(slot.kind()).isEqualTo(kind);
        KeyRing ring = KeySlots.open(slot, REPOSITORY, secret).orElseThrow();
        assertThat(List.of(ring.fingerprint(1), ring.fingerprint(2)))
                .containsExactly(
                        "13c45bfda1db13b389d83b8a5468464fad8064e9febab89bf4cb023ecff76f4a",
                        "efe72f2fbb473019741aff6d8825838f9a43c06cac0e22ba802ebc7742c8625b");
        assertThat(HexFormat.of().formatHex(ring.manifestKey(2)))
                .isEqualTo("f6be884b603fe105d5a5bb04b97f7aa6498049a3477f8957816793f86d196aaa");
        assertThat(HexFormat.of().formatHex(ring.mac(1, "test", new byte[] {1, 2, 3})))
                .isEqualTo("ba9ced87446145f8d56bedc101ec3f47d0eb52367132d81123c8141b8d9c3ca9");
    }

    @Test
    void aDataKeyWrappedByVersionOneStillUnwraps() throws KeyException {
        KeySlot slot = KeySlots.decode("keys/old", RAW_KEY_SLOT.getBytes(UTF_8));
        KeyRing ring = KeySlots.open(slot, REPOSITORY, new RawKey(counting)).orElseThrow();
        byte[] wrapped = HexFormat.of().parseHex(WRAPPED_DATA_KEY);
        assertThat(ring.unwrapDataKey(2, wrapped, "context".getBytes(UTF_8))).isEqualTo(counting);
    }
}
