package io.eplb.policies.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import org.junit.jupiter.api.Test;

class DisplacementTest {
  private static final EpTopology THREE = EpTopology.of(5, 3, 1, 1, 2);
  private static final double[] SHARES = {3, 2, 1, 2, 1};

  /** Rank 1 has room and holds expert 0 already. */
  private static int slotFor0(RankCapacity capacity) {
    int[] row = {1, 2, 0, -1, 3, 4};
    double[] times = {3, 3, 3};
    for (int rank = 0; rank < 3; rank++) {
      times[rank] *= capacity.slowness[rank];
    }
    return Displacement.slot(row, capacity, new int[] {2, 1, 2}, times, SHARES, 0, 1);
  }

  @Test
  void theExpertGivesWayThatLeavesBothRanksCoolest() {
    assertEquals(0, slotFor0(RankCapacity.nominal(3, 2)), "rank 0 rises to 4, rank 1 to 5");
  }

  @Test
  void aSlowRankWithRoomGetsTheLighterExpert() {
    EpRanks ranks = EpRanks.builder(THREE).speed(1, 0.5).build();
    assertEquals(1, slotFor0(RankCapacity.of(ranks)), "rank 1 rises to 8 instead of 10");
  }

  /** Rank 0 can use one slot, and its expert is on rank 1 as well. */
  @Test
  void nothingGivesWayWhereTheRankWithRoomHoldsIt() {
    EpTopology two = EpTopology.of(3, 2, 1, 1, 3);
    RankCapacity capacity = RankCapacity.of(EpRanks.builder(two).usableSlots(0, 1).build());
    int[] row = {1, -1, -1, 0, 1, -1};
    assertEquals(
        -1,
        Displacement.slot(
            row, capacity, new int[] {1, 2}, new double[] {1, 4}, new double[] {3, 1, 1}, 0, 1));
  }
}
