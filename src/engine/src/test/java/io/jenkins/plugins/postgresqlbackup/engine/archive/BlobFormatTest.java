package io.jenkins.plugins.postgresqlbackup.engine.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What version 1 wrote stays readable: these bytes were written once and are never to be written anew. */
class BlobFormatTest {
    private static final String UNCOMPRESSED = """
            287e52b9a9e4d6cc6aed3f29a5296c39fa6ea457b93afe6a39d699291b1ce20407477fc5284e2b4fb426baee5f7369e515e0aad2d39abd\
            e45f2981793a094a7f86fdafcaac""";

    private static final String GZIP = """
            281528cd990943bda3956f9619d622aa2e4abc992389ae02d38a36849e3d1b08d5bd0b1c2dc45e3a5e83290cf2837bb352ac768e3e334c\
            6df64e7234f05c7a89b0ccc5f01df342ac858608ee13f257c9431b12c5b9988c9987""";

    private static final String ZSTD = """
            28cd4b29aa4e5c572633c544128815d88f1cd92c6c1593604c6f63d6b3ad58bfefeb1088a67d79015b86dcd03c8641623811cfbe562ac1\
            91edac5392e60a9b63e986b79f90ab8bc02450cf3c2489de0a64""";

    @Test
    void blobsOfVersionOneStillOpen() throws IOException {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
        }
        BlobContext context = new BlobContext("r", "b", "rows", "16384/0");
        for (String sealed : new String[] {UNCOMPRESSED, GZIP, ZSTD}) {
            byte[] content =
                    new BlobSealer(key).open("packs/old", HexFormat.of().parseHex(sealed), context, 100);
            assertThat(content).asString(UTF_8).isEqualTo("1\tone\n2\ttwo\n");
        }
    }
}
