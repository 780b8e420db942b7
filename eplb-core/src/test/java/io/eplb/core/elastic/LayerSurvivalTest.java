package io.eplb.core.elastic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LayerSurvivalTest {
  private static final int UNLIMITED = 1 << 24;

  @Test
  void theHottestExpertsGetAReplicaInAnotherDomain() {
    // Domains of two ranks; expert 0 has both replicas in the first, expert 5 spares one.
    int[] row = {0, 1, 0, 2, 3, 5, 4, 5};
    double[] loads = {9, 1, 1, 1, 1, 2};
    LayerRow state = new LayerRow(6, 4, 2, ones(4));
    state.start(row, 0, loads, 0);
    LayerRow inForce = new LayerRow(6, 4, 2, ones(4));
    inForce.start(row, 0, loads, 0);
    int[] domains = {0, 0, 1, 1};
    int uncovered =
        new LayerSurvival(
                state,
                inForce,
                TestLayer.peak(Dispatch.EVEN, state),
                domains,
                1,
                UNLIMITED,
                UNLIMITED)
            .spread();
    assertEquals(4, uncovered);
    assertTrue(domainsOf(TestLayer.rowOf(state), 2, domains, 0) == 2);
    assertTrue(domainsOf(TestLayer.rowOf(state), 2, domains, 5) == 2);
  }

  @Test
  void aCoveredLayerStaysAsItIs() {
    int[] row = {0, 1, 2, 3, 1, 0, 3, 2};
    LayerRow state = new LayerRow(4, 4, 2, ones(4));
    state.start(row, 0, new double[] {4, 3, 2, 1}, 0);
    LayerRow inForce = new LayerRow(4, 4, 2, ones(4));
    inForce.start(row, 0, new double[0], 0);
    LayerSurvival survival =
        new LayerSurvival(
            state,
            inForce,
            TestLayer.peak(Dispatch.EVEN, state),
            new int[] {0, 0, 1, 1},
            1,
            UNLIMITED,
            UNLIMITED);
    assertEquals(0, survival.spread());
    assertArrayEquals(row, TestLayer.rowOf(state));
  }

  @Property(tries = 900)
  void noRuleIsBrokenAndNoMoreIsCoveredThanSlotsAllow(@ForAll long seed) {
    Random random = new Random(seed);
    Spread spread = Spread.of(TestLayer.random(random), random, UNLIMITED, UNLIMITED);
    spread.requireValid();
    int spare = spread.layer.row().length - spread.layer.experts();
    int covered = spread.layer.experts() - spread.uncovered;
    assertEquals(spread.covered(spread.after), covered);
    assertTrue(covered <= spare / spread.survive, covered + " of " + spare);
    assertTrue(covered >= Math.min(spread.covered(spread.layer.row()), spare / spread.survive));
  }

  @Property(tries = 300)
  void withManyDomainsAndFewSpareSlotsAsManyAreCoveredAsSlotsAllow(@ForAll long seed) {
    Random random = new Random(seed);
    int ranks = 8;
    int slots = 4;
    int experts = 20 + random.nextInt(10);
    TestLayer layer = TestLayer.random(experts, ranks, slots, random);
    Spread spread =
        Spread.of(layer, random, UNLIMITED, UNLIMITED, new int[] {0, 0, 1, 1, 2, 2, 3, 3}, 1);
    int most = Math.min(experts, ranks * slots - experts);
    assertEquals(experts - most, spread.uncovered, Arrays.toString(layer.row()));
    double coolestCovered =
        IntStream.range(0, experts)
            .filter(expert -> domainsOf(spread.after, slots, spread.domains, expert) > 1)
            .mapToDouble(expert -> layer.loads()[expert])
            .min()
            .orElse(0);
    double hottestUncovered =
        IntStream.range(0, experts)
            .filter(expert -> domainsOf(spread.after, slots, spread.domains, expert) == 1)
            .mapToDouble(expert -> layer.loads()[expert])
            .max()
            .orElse(0);
    assertTrue(1.5 * coolestCovered >= hottestUncovered);
  }

  @Property(tries = 300)
  void theLimitsOfMovesHold(@ForAll long seed) {
    Random random = new Random(seed);
    int perLayer = random.nextInt(6);
    int perRank = random.nextInt(3);
    Spread spread = Spread.of(TestLayer.random(random), random, perLayer, perRank);
    spread.requireValid();
    int layer = 0;
    for (int rank = 0; rank < spread.layer.ranks(); rank++) {
      int moved = 0;
      for (int slot = rank * spread.layer.slots();
          slot < (rank + 1) * spread.layer.slots();
          slot++) {
        moved +=
            TestLayer.holds(spread.layer.row(), spread.layer.slots(), rank, spread.after[slot])
                ? 0
                : 1;
      }
      assertTrue(moved <= perRank);
      layer += moved;
    }
    assertTrue(layer <= perLayer);
  }

  /** A random layer before and after, under any dispatch; it is itself in force. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Spread(TestLayer layer, int[] domains, int survive, int[] after, int uncovered) {
    static Spread of(TestLayer layer, Random random, int perLayer, int perRank) {
      int[] domains =
          IntStream.generate(() -> random.nextInt(layer.ranks())).limit(layer.ranks()).toArray();
      return of(layer, random, perLayer, perRank, domains, 1 + random.nextInt(3));
    }

    static Spread of(
        TestLayer layer, Random random, int perLayer, int perRank, int[] domains, int survive) {
      double[] speeds = layer.speeds(random);
      LayerRow state = layer.state(layer.row(), speeds);
      LayerRow inForce = layer.state(layer.row(), speeds);
      Dispatch dispatch = List.of(Dispatch.values()).get(random.nextInt(3));
      RowPeak peak = TestLayer.peak(dispatch, state);
      int uncovered =
          new LayerSurvival(state, inForce, peak, domains, survive, perLayer, perRank).spread();
      return new Spread(layer, domains, survive, TestLayer.rowOf(state), uncovered);
    }

    int covered(int[] row) {
      return (int)
          IntStream.range(0, layer.experts())
              .filter(expert -> domainsOf(row, layer.slots(), domains, expert) > survive)
              .count();
    }

    void requireValid() {
      for (int expert = 0; expert < layer.experts(); expert++) {
        assertTrue(domainsOf(after, layer.slots(), domains, expert) > 0);
      }
      for (int rank = 0; rank < layer.ranks(); rank++) {
        assertEquals(
            layer.slots(),
            Arrays.stream(after, rank * layer.slots(), (rank + 1) * layer.slots())
                .distinct()
                .count());
      }
    }
  }

  private static long domainsOf(int[] row, int slots, int[] domains, int expert) {
    return IntStream.range(0, row.length)
        .filter(slot -> row[slot] == expert)
        .map(slot -> domains[slot / slots])
        .distinct()
        .count();
  }

  private static double[] ones(int ranks) {
    double[] ones = new double[ranks];
    Arrays.fill(ones, 1.0);
    return ones;
  }
}
