package io.eplb.policies.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.LayerBalance;
import io.eplb.api.Placement;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class UnevenPlacementTest {
  private static int[] placed(EpTopology topology, EpRanks ranks, double... loads) {
    int[] row = new int[topology.physicalExperts()];
    assertTrue(new UnevenPlacement(RankParts.whole(topology, ranks), ranks).place(loads, row));
    return row;
  }

  private static int[] sorted(int[] row, int from, int to) {
    return Arrays.stream(row, from, to).sorted().toArray();
  }

  @Test
  void aRankAtHalfSpeedGetsHalfTheLoad() {
    EpTopology topology = EpTopology.of(4, 2, 1, 1, 2);
    EpRanks ranks = EpRanks.builder(topology).speed(0, 0.5).build();
    int[] row = placed(topology, ranks, 10, 1, 9, 9);
    assertArrayEquals(new int[] {1, 2}, sorted(row, 0, 2), Arrays.toString(row));
    assertEquals(
        20.0, LayerBalance.of(row, new double[] {10, 1, 9, 9}, ranks).peak(), "19 on the other");
  }

  @Test
  void aReplicaOfAColdExpertRelievesASlowRank() {
    EpTopology topology = EpTopology.of(4, 2, 1, 1, 3);
    EpRanks ranks = EpRanks.builder(topology).speed(0, 0.2).build();
    double[] loads = {20, 4, 4, 4};
    int[] row = placed(topology, ranks, loads);
    assertArrayEquals(new int[] {1, 2, 3}, sorted(row, 0, 3), Arrays.toString(row));
    assertEquals(2, Arrays.stream(row, 3, 6).filter(expert -> expert > 0).count());
  }

  /**
   * Rank 0 can use all three slots, the others one each. Heaviest first would put 0 and 1 on the
   * short ranks too, and leave no rank for the second replica of one of them.
   */
  @Test
  void aReplicaThatFindsNoRankLeavesItsSlotToAnotherExpert() {
    EpTopology topology = EpTopology.of(4, 3, 1, 1, 3);
    EpRanks ranks = EpRanks.builder(topology).usableSlots(1, 1).usableSlots(2, 1).build();
    int[] row = placed(topology, ranks, 9, 8, 1, 1);
    assertEquals(4, Arrays.stream(row).filter(expert -> expert >= 0).distinct().count());
    assertEquals(3, Arrays.stream(row, 0, 3).distinct().count(), Arrays.toString(row));
    assertEquals(Placement.EMPTY, row[4]);
    assertEquals(Placement.EMPTY, row[8]);
  }

  @Test
  void aRankWithASlotForEveryExpertHoldsThemAll() {
    EpTopology topology = EpTopology.of(3, 2, 1, 1, 4);
    EpRanks ranks = EpRanks.builder(topology).usableSlots(1, 2).build();
    int[] row = placed(topology, ranks, 1, 5, 3);
    assertArrayEquals(new int[] {0, 1, 2, 0}, Arrays.copyOf(row, 4));
    assertEquals(2, Arrays.stream(row, 4, 6).distinct().count());
    assertArrayEquals(new int[] {-1, -1}, Arrays.copyOfRange(row, 6, 8));
  }

  @Test
  void ranksOfNearlyTheSameSpeedAreAllFilled() {
    EpTopology topology = EpTopology.of(6, 3, 1, 1, 2);
    EpRanks ranks =
        EpRanks.builder(topology).speed(0, 1.0001).speed(1, 0.9999).speed(2, 1.0).build();
    int[] row = placed(topology, ranks, 6, 5, 4, 3, 2, 1);
    assertEquals(6, Arrays.stream(row).distinct().count(), Arrays.toString(row));
  }

  @Test
  void anIdleLayerIsLeftAlone() {
    EpTopology topology = EpTopology.of(2, 2, 1, 1, 2);
    EpRanks ranks = EpRanks.builder(topology).usableSlots(1, 1).build();
    int[] row = {7, 7, 7, 7};
    assertFalse(
        new UnevenPlacement(RankParts.whole(topology, ranks), ranks).place(new double[2], row));
    assertArrayEquals(new int[] {7, 7, 7, 7}, row);
  }

  @Property
  void everyUsableSlotIsFilledWithDifferentExperts(
      @ForAll @IntRange(min = 1, max = 7) int ranksCount,
      @ForAll @IntRange(min = 1, max = 6) int slots,
      @ForAll long seed) {
    Random random = new Random(seed);
    int experts = slots + random.nextInt(ranksCount * slots - slots + 1);
    EpTopology topology = EpTopology.of(experts, ranksCount, 1, 1, slots);
    EpRanks.Builder builder = EpRanks.builder(topology);
    int spare = ranksCount * slots - experts;
    for (int rank = 0; rank < ranksCount; rank++) {
      int lost = random.nextInt(Math.min(slots, spare) + 1);
      spare -= lost;
      builder.usableSlots(rank, slots - lost).speed(rank, 0.5 + random.nextDouble());
    }
    EpRanks ranks = builder.build();
    double[] loads = new double[experts];
    for (int expert = 0; expert < experts; expert++) {
      loads[expert] = Math.rint(100 * Math.exp(2 * random.nextGaussian()));
    }
    loads[0] = 1.0;
    int[] row = placed(topology, ranks, loads);
    assertEquals(experts, Arrays.stream(row).filter(expert -> expert >= 0).distinct().count());
    for (int rank = 0; rank < ranksCount; rank++) {
      int from = rank * slots;
      int end = from + ranks.usableSlots(rank);
      assertEquals(
          ranks.usableSlots(rank),
          Arrays.stream(row, from, end).filter(expert -> expert >= 0).distinct().count());
      assertTrue(Arrays.stream(row, end, from + slots).allMatch(it -> it == Placement.EMPTY));
    }
  }
}
