package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlockRangesTest {
    private static final long MIB = 1 << 20;

    private static Table table(long pages, long bytes, boolean blockRanges) {
        return new Table(
                1,
                "s",
                "t",
                TableKind.ORDINARY,
                List.of(),
                pages,
                bytes,
                false,
                blockRanges,
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty());
    }

    @Test
    void rangesFollowOneAnotherAndTheLastIsOpen() {
        List<BlockRange> plan = BlockRanges.plan(table(1000, 1000 * 8192, true), MIB);
        assertThat(plan).hasSize(8);
        assertThat(plan.get(0).first()).isZero();
        for (int i = 1; i < plan.size(); i++) {
            assertThat(plan.get(i).first()).isEqualTo(plan.get(i - 1).end());
        }
        assertThat(plan.get(7).open()).isTrue();
    }

    @Test
    void toastedBytesMakeRangesShorterButNeverShorterThanABlock() {
        assertThat(BlockRanges.plan(table(1000, 1000 * 8192 + 100 * MIB, true), MIB))
                .hasSize(108);
        assertThat(BlockRanges.plan(table(3, 1000 * MIB, true), MIB)).hasSize(3);
    }

    @Test
    void smallTablesAndThoseWithoutBlocksAreReadWhole() {
        assertThat(BlockRanges.plan(table(0, 0, true), MIB)).containsExactly(BlockRange.WHOLE);
        assertThat(BlockRanges.plan(table(100, 100 * 8192, true), MIB)).containsExactly(BlockRange.WHOLE);
        assertThat(BlockRanges.plan(table(100000, 800 * MIB, false), MIB)).containsExactly(BlockRange.WHOLE);
    }

    @Test
    void addressesArePackedAndUnpackedUnchanged() {
        byte[] addresses = {
            0,
            0,
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            0,
            2,
            0,
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            7,
            0,
            1,
            (byte) 0xff,
            (byte) 0xff,
            (byte) 0xff,
            (byte) 0xfe,
            0,
            9
        };
        byte[] packed = RowAddresses.pack(addresses);
        assertThat(RowAddresses.unpack(packed)).containsExactly(1, 2, 256, 0x70001, 0xfffffffe0009L);
        assertThat(packed).hasSize(1 + 1 + 2 + 3 + 7);
        assertThat(RowAddresses.unpack(new byte[0])).isEmpty();
        assertThatThrownBy(() -> RowAddresses.unpack(Arrays.copyOf(packed, packed.length - 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RowAddresses.pack(new byte[] {0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 2}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(RowAddresses.count(packed)).isEqualTo(5);
        assertThat(RowAddresses.count(new byte[0])).isZero();
        assertThatThrownBy(() -> RowAddresses.count(new byte[] {1, 0}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Row addresses do not grow at row 1");
        assertThatThrownBy(() -> RowAddresses.count(new byte[] {-1, -1, -1, -1, -1, -1, -1, 1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(RowAddresses.text(0x70001)).isEqualTo("(7,1)");
    }
}
