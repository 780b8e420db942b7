package io.eplb.policies.flashlb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.policies.kernel.HolderLists;
import io.eplb.policies.kernel.RankCapacity;
import org.junit.jupiter.api.Test;

class RankAlignmentTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(8, 4, 1, 1, 2);
  private static final int[] CURRENT = {0, 1, 2, 3, 4, 5, 6, 7};
  private static final int[] REVERSED = {6, 7, 4, 5, 2, 3, 0, 1};

  private static int[] align(EpRanks ranks, int[] current, int[] row) {
    HolderLists holders = new HolderLists(8, 8);
    holders.link(current);
    return new RankAlignment(RankCapacity.of(ranks), holders).align(row);
  }

  @Test
  void equalRanksExchangeTheirExperts() {
    assertArrayEquals(CURRENT, align(EpRanks.nominal(TOPOLOGY), CURRENT, REVERSED));
  }

  @Test
  void ranksOfOtherSpeedsKeepTheirs() {
    EpRanks ranks = EpRanks.builder(TOPOLOGY).speed(0, 0.5).build();
    // Rank 0 takes no other rank's experts, so the others only exchange 2 3 and 4 5.
    assertArrayEquals(new int[] {6, 7, 2, 3, 4, 5, 0, 1}, align(ranks, CURRENT, REVERSED));
  }

  @Test
  void ranksOfOtherSizesKeepTheirs() {
    EpRanks ranks = EpRanks.builder(TOPOLOGY).usableSlots(1, 1).usableSlots(3, 1).build();
    assertArrayEquals(
        new int[] {0, 1, 2, -1, 4, 5, 6, -1},
        align(ranks, new int[] {0, 1, 2, -1, 4, 5, 6, -1}, new int[] {4, 5, 6, -1, 0, 1, 2, -1}));
  }

  @Test
  void aDeadRankStaysEmpty() {
    EpRanks ranks = EpRanks.builder(TOPOLOGY).usableSlots(2, 0).build();
    assertArrayEquals(
        new int[] {0, 1, 2, 3, -1, -1, 6, 7},
        align(ranks, new int[] {0, 1, 2, 3, -1, -1, 6, 7}, new int[] {6, 7, 0, 1, -1, -1, 2, 3}));
  }
}
