package io.eplb.policies.kernel;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MoveLimitsTest {
  private static final int[] CURRENT = {0, 1, 2, 3, 0, 2};

  /** Rank 0 receives 3, rank 1 receives 1 and 0, rank 2 nothing. */
  private static final int[] PLANNED = {3, 1, 0, 1, 2, 0};

  private static boolean allow(int perLayer, int perRank) {
    int[] stamps = {7, 0, -1, 4};
    return MoveLimits.allow(CURRENT, PLANNED, 2, perLayer, perRank, stamps);
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
    assertTrue(MoveLimits.allow(new int[] {0, 0, 1, 1}, new int[] {1, 1, 0, 0}, 2, 2, 1, stamps));
  }
}
