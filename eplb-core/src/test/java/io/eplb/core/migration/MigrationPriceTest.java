package io.eplb.core.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class MigrationPriceTest {
  private static final MigrationLimits ONE = new MigrationLimits(1, 1, 1);

  /** Three ranks pass on one expert each. */
  private final MigrationPlan turn =
      MigrationPlanTest.plan(TablePair.of(3, 3, 1, new int[] {0, 1, 2}, new int[] {1, 2, 0}), ONE);

  @Test
  void timeFollowsFromTheBusiestRankOfEachRound() {
    MigrationPrice gigabyte = new MigrationPrice(1_000_000_000);
    assertEquals(0.08 * turn.rounds(), gigabyte.seconds(turn, 100.0));
    assertEquals(0.08, gigabyte.secondsLowerBound(turn, 100.0));

    // Rank 0 alone holds 0 and 1, and sends one to each of the others.
    MigrationPlan fromOne =
        MigrationPlanTest.plan(
            TablePair.of(4, 3, 1, new int[] {0, 1, 2, 3, 2, 3}, new int[] {0, 1, 0, 2, 1, 3}), ONE);
    assertEquals(16e-9, new MigrationPrice(1).seconds(fromOne, 1.0));
    assertEquals(8e-9, new MigrationPrice(1).secondsLowerBound(fromOne, 1.0));
  }

  @Test
  void moreBytesThanALongCountsAreStillCounted() {
    assertEquals(
        BigInteger.TWO.pow(64).subtract(BigInteger.TWO),
        new MigrationPrice(Long.MAX_VALUE).bytes(2));
  }

  @Test
  void argumentsOutOfRangeAreRefused() {
    MigrationPrice dear = new MigrationPrice(Long.MAX_VALUE);

    MigrationPlanTest.refused(
        () -> new MigrationPrice(0), "expert bytes is 0; it must be at least 1");
    MigrationPlanTest.refused(() -> dear.seconds(turn, 0.0), "link speed is 0.0");
    MigrationPlanTest.refused(() -> dear.seconds(turn, Double.NaN), "link speed is NaN");
    MigrationPlanTest.refused(() -> dear.seconds(turn, Double.POSITIVE_INFINITY), "finite");
    MigrationPlanTest.refused(() -> dear.seconds(turn, Double.MIN_VALUE), "more than 292 years");
  }
}
