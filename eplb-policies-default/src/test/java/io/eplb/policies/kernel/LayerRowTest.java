package io.eplb.policies.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import org.junit.jupiter.api.Test;

class LayerRowTest {
  private static final int[] CURRENT = {0, 1, 2, 3, 0, 2};

  /** Rank 0 receives 3, rank 1 receives 1 and 0, rank 2 nothing. */
  private static final int[] PLANNED = {3, 1, 0, 1, 2, 0};

  private static boolean allow(int perLayer, int perRank) {
    int[] stamps = {7, 0, -1, 4};
    return LayerRow.withinBudget(CURRENT, PLANNED, 2, perLayer, perRank, stamps);
  }

  @Test
  void theHottestRankIsMeasuredByLoadPerReplica() {
    int[] counts = new int[4];
    double[] shares = new double[4];
    double peak = LayerRow.peak(PLANNED, new double[] {9, 4, 1, 6}, 2, counts, shares);
    assertEquals(8.0, peak, "rank 0: 6, and half of 4");
    assertArrayEquals(new int[] {2, 2, 1, 1}, counts);
    assertArrayEquals(new double[] {4.5, 2, 1, 6}, shares);
  }

  /** Rank 0 has half the speed, rank 1 is dead, rank 2 can use one slot. */
  @Test
  void emptySlotsHoldNothingAndASlowRankIsHotter() {
    EpTopology topology = EpTopology.of(2, 3, 1, 1, 2);
    RankCapacity capacity =
        RankCapacity.of(
            EpRanks.builder(topology).speed(0, 0.5).usableSlots(1, 0).usableSlots(2, 1).build());
    int[] row = {0, 1, -1, -1, 1, -1};
    int[] counts = new int[2];
    assertEquals(18.0, LayerRow.peak(row, new double[] {5, 8}, capacity, counts, new double[2]));
    assertArrayEquals(new int[] {1, 2}, counts);
    int[] planned = {1, 0, -1, -1, 0, -1};
    assertTrue(LayerRow.withinBudget(row, planned, 2, 1, 1, new int[2]), "rank 2 receives 0");
  }

  @Test
  void aDuplicateCountsOnItsOwnRankAlone() {
    int[] row = {0, 1, 1, 0, 2, 2};
    assertFalse(LayerRow.hasDuplicate(row, 0, 4, 2, new int[3]));
    assertTrue(LayerRow.hasDuplicate(row, 0, 6, 2, new int[3]));
    assertTrue(LayerRow.holds(row, 3, 6, 2));
    assertFalse(LayerRow.holds(row, 0, 4, 2));
  }

  @Test
  void withMoreSlotsThanExpertsEveryRankHoldsTheSame() {
    int[] row = new int[6];
    LayerRow.holdAllEverywhere(row, 3, 2);
    assertArrayEquals(new int[] {0, 1, 0, 0, 1, 0}, row);
  }

  @Test
  void zeroMeansNoLimit() {
    assertTrue(allow(0, 0));
  }

  @Test
  void aLayerMayMoveAsMuchAsItsLimitAndNoMore() {
    assertTrue(allow(3, 0));
    assertFalse(allow(2, 0));
  }

  @Test
  void aRankMayReceiveAsMuchAsItsLimitAndNoMore() {
    assertTrue(allow(0, 2));
    assertFalse(allow(0, 1));
  }

  @Test
  void bothLimitsHold() {
    assertTrue(allow(3, 2));
    assertFalse(allow(100, 1));
    assertFalse(allow(2, 100));
  }

  @Test
  void anExpertThatARankReceivesTwiceIsMovedOnce() {
    int[] stamps = new int[2];
    assertTrue(
        LayerRow.withinBudget(new int[] {0, 0, 1, 1}, new int[] {1, 1, 0, 0}, 2, 2, 1, stamps));
  }
}
