package io.eplb.policies.incremental;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.policies.deepseek.DefaultPolicy;
import io.eplb.policies.incremental.layer.LivingRanks;
import io.eplb.policies.kernel.NodeShape;
import io.eplb.policies.kernel.RepairedPlacement;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreshPlacementTest {
  private final EpTopology topology = EpTopology.withRedundantExperts(8, 4, 1, 1, 0);
  private final ExpertTable table = ExpertTable.initial(1, topology);
  private final double[] loads = {40, 30, 20, 11, 7, 5, 3, 2};
  private final ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, loads);

  @Test
  void ranksAreRenumberedUntilAShuffledReshuffleIsTheCurrentTable() {
    int[] fresh = reshuffled();
    int[] turned = new int[fresh.length];
    for (int slot = 0; slot < fresh.length; slot++) {
      turned[slot] = fresh[(slot + 2) % fresh.length];
    }
    int[] row = new int[fresh.length];

    freshPlacement().copyAligned(turned, row);

    assertArrayEquals(turned, row);
  }

  @Test
  void renumberingLeavesThePeakAsItIs() {
    int[] current = new int[8];
    table.copyLayer(0, current, 0);
    int[] row = new int[8];

    freshPlacement().copyAligned(current, row);

    assertEquals(
        LayerBalance.of(reshuffled(), loads, 4).peakToAverage(),
        LayerBalance.of(row, loads, 4).peakToAverage(),
        1e-12);
  }

  @Test
  void itsPeakIsThatOfThePolicyDefault() {
    double mean = Arrays.stream(loads).sum() / 4;

    assertEquals(
        LayerBalance.of(reshuffled(), loads, 4).peakToAverage() * mean,
        freshPlacement().peak(loads),
        1e-9);
  }

  @Test
  void ranksTakeTheNumbersOfRanksThatAreAlike() {
    EpRanks uneven =
        EpRanks.builder(topology).speed(0, 0.5).speed(2, 0.5).usableSlots(1, 2).build();
    LivingRanks living = new LivingRanks(topology, uneven);
    FreshPlacement placement = new FreshPlacement(living);
    Random random = new Random(5);
    for (int trial = 0; trial < 100; trial++) {
      double[] any = random.doubles(8).map(Math::exp).toArray();
      assertTrue(placement.place(any));
      int[] current = random.ints(living.slots(), 0, 8).toArray();
      int[] aligned = new int[living.slots()];

      placement.copyAligned(current, aligned);

      assertEquals(
          placement.peak(any), living.peak(aligned, any, new int[8], new double[8]), "" + trial);
    }
  }

  @Test
  void anIdleLayerIsNotPlaced() {
    assertFalse(new FreshPlacement(nominal(topology)).place(new double[8]));
  }

  @Test
  void ranksAreMatchedAsByTryingAllPairs() {
    EpTopology wide = EpTopology.withRedundantExperts(24, 8, 1, 1, 8);
    Random random = new Random(7);
    FreshPlacement placement = new FreshPlacement(nominal(wide));
    for (int trial = 0; trial < 200; trial++) {
      double[] uneven = random.doubles(24).map(Math::exp).toArray();
      int[] fresh = new int[32];
      assertTrue(new RepairedPlacement(new NodeShape(1, 1, 24, 8, 4), false).place(uneven, fresh));
      assertTrue(placement.place(uneven));
      int[] current = random.ints(32, 0, 24).toArray();
      int[] row = new int[32];

      placement.copyAligned(current, row);

      assertArrayEquals(matched(fresh, current, 8, 4), row, "trial " + trial);
    }
  }

  /** Renumbers by trying all pairs, those with most experts in common first. */
  private static int[] matched(int[] fresh, int[] current, int ranks, int slots) {
    int[] row = new int[fresh.length];
    Set<Integer> placed = new HashSet<>();
    Set<Integer> taken = new HashSet<>();
    for (int level = slots; level >= 0; level--) {
      for (int from = 0; from < ranks; from++) {
        for (int to = 0; to < ranks; to++) {
          int[] held = Arrays.copyOfRange(current, to * slots, (to + 1) * slots);
          long common =
              Arrays.stream(fresh, from * slots, (from + 1) * slots)
                  .filter(expert -> Arrays.stream(held).anyMatch(other -> other == expert))
                  .count();
          if (common == level && !placed.contains(from) && !taken.contains(to)) {
            placed.add(from);
            taken.add(to);
            System.arraycopy(fresh, from * slots, row, to * slots, slots);
          }
        }
      }
    }
    return row;
  }

  private static LivingRanks nominal(EpTopology topology) {
    return new LivingRanks(topology, EpRanks.nominal(topology));
  }

  private FreshPlacement freshPlacement() {
    FreshPlacement placement = new FreshPlacement(nominal(topology));
    assertTrue(placement.place(loads));
    return placement;
  }

  private int[] reshuffled() {
    DefaultPolicy policy = new DefaultPolicy();
    PolicyContext context = Replay.context(policy, topology, Map.of());
    Placement placement = policy.rebalanceExperts(table, workload, context).newPlacement();
    int[] row = new int[8];
    placement.copyLayer(0, row, 0);
    return row;
  }
}
