package io.eplb.api.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.Placement;
import io.eplb.api.RandomRows;
import io.eplb.api.Refusal;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerDispatchTest {
  private static final EpTopology TWO_RANKS = EpTopology.of(3, 2, 1, 1, 2);

  /** Rank 0 holds experts 0 and 2, rank 1 experts 0 and 1. */
  private static final int[] ROW = {0, 2, 0, 1};

  private static final double[] LOADS = {60, 20, 0};

  private static LayerDispatch solved(Dispatch dispatch) {
    return LayerDispatch.of(dispatch, TWO_RANKS).solve(ROW, LOADS, EpRanks.nominal(TWO_RANKS));
  }

  private static double[] shares(LayerDispatch solved) {
    double[] shares = new double[ROW.length];
    solved.copyShares(shares);
    return shares;
  }

  private static double[] rankLoads(LayerDispatch solved) {
    double[] loads = new double[2];
    solved.copyRankLoads(loads);
    return loads;
  }

  @Test
  void evenGivesEveryReplicaAnEqualPart() {
    LayerDispatch even = solved(Dispatch.EVEN);

    assertEquals(50, even.peak());
    assertEquals(1.25, even.peakToAverage());
    assertArrayEquals(new double[] {0.5, 1, 0.5, 1}, shares(even));
    assertArrayEquals(new double[] {30, 50}, rankLoads(even));
    assertFalse(even.tight(0));
    assertTrue(even.tight(1));
    assertTrue(even.confined(1));
    assertFalse(even.confined(0));
    assertEquals(1, even.activated(0));
    assertEquals(2, even.activated(1));
  }

  @Test
  void lpMakesThePeakLeast() {
    LayerDispatch lp = solved(Dispatch.LP);

    assertEquals(40, lp.peak(), 1e-12);
    assertEquals(1, lp.peakToAverage(), 1e-12);
    assertArrayEquals(new double[] {2 / 3.0, 1, 1 / 3.0, 1}, shares(lp), 1e-12);
    assertArrayEquals(new double[] {40, 40}, rankLoads(lp), 1e-12);
    assertTrue(lp.tight(0) && lp.tight(1));
    assertTrue(lp.confined(0) && lp.confined(1));
    assertFalse(lp.confined(2));
  }

  @Test
  void singleSendsAllOfAnExpertToOnePlace() {
    LayerDispatch single = solved(Dispatch.SINGLE);

    assertSame(Dispatch.SINGLE, single.dispatch());
    assertEquals(60, single.peak());
    assertEquals(40, single.mean());
    assertEquals(LayerBalance.ofPeak(60, 40), single.balance());
    assertArrayEquals(new double[] {1, 1, 0, 1}, shares(single));
    assertEquals(1, single.activated(0));
    assertEquals(1, single.activated(1));
    assertTrue(single.tight(0));
  }

  @Test
  void theTightSetIsTheRanksThatCannotPassTheirLoadOn() {
    EpTopology topology = EpTopology.of(5, 4, 1, 1, 2);
    // Ranks 0 and 1 share expert 0 and pass nothing on; ranks 2 and 3 share expert 3.
    int[] row = {0, 1, 0, 2, 3, 4, 3, 4};
    double[] loads = {50, 40, 10, 10, 10};
    LayerDispatch lp =
        LayerDispatch.of(Dispatch.LP, topology).solve(row, loads, EpRanks.nominal(topology));

    assertEquals(50, lp.peak(), 1e-12);
    assertTrue(lp.tight(0) && lp.tight(1));
    assertFalse(lp.tight(2) || lp.tight(3));
    assertTrue(lp.confined(0) && lp.confined(1) && lp.confined(2));
    assertFalse(lp.confined(3) || lp.confined(4));
  }

  @Test
  void aChainOfReplicasPassesLoadOn() {
    // Expert 0 is hot on rank 0 alone; each further expert is on two neighbours.
    int ranks = 6;
    EpTopology topology = EpTopology.of(6, ranks, 1, 1, 2);
    int[] row = {0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, Placement.EMPTY};
    double[] loads = {30, 30, 30, 30, 30, 30};
    EpRanks known = EpRanks.builder(topology).usableSlots(5, 1).build();
    LayerDispatch lp = LayerDispatch.of(Dispatch.LP, topology).solve(row, loads, known);

    assertEquals(1, lp.peakToAverage(), 1e-12);
    double[] rankLoads = new double[ranks];
    lp.copyRankLoads(rankLoads);
    assertArrayEquals(new double[] {30, 30, 30, 30, 30, 30}, rankLoads, 1e-12);
  }

  @Test
  void twoReplicasOnOneRankAreOnePlace() {
    EpTopology topology = EpTopology.of(2, 2, 1, 1, 2);
    int[] row = {0, 0, 0, 1};
    for (Dispatch dispatch : new Dispatch[] {Dispatch.LP, Dispatch.SINGLE}) {
      LayerDispatch solved =
          LayerDispatch.of(dispatch, topology)
              .solve(row, new double[] {30, 40}, EpRanks.nominal(topology));
      assertArrayEquals(new double[] {1, 0, 0, 1}, shares(solved), 1e-15);
      assertEquals(1, solved.activated(0));
    }
    LayerDispatch even =
        LayerDispatch.of(Dispatch.EVEN, topology)
            .solve(row, new double[] {30, 40}, EpRanks.nominal(topology));
    assertArrayEquals(new double[] {20, 50}, rankLoads(even), 1e-12);
    assertEquals(1, even.activated(0));
  }

  @ParameterizedTest
  @EnumSource
  void aLayerWithoutLoadIsIdle(Dispatch dispatch) {
    LayerDispatch idle =
        LayerDispatch.of(dispatch, TWO_RANKS).solve(ROW, new double[3], EpRanks.nominal(TWO_RANKS));

    assertEquals(0, idle.peak());
    assertEquals(1, idle.peakToAverage());
    assertTrue(idle.balance().idle());
    assertFalse(idle.tight(0) || idle.tight(1) || idle.confined(0));
    assertEquals(0, idle.activated(0));
    double[] shares = shares(idle);
    assertEquals(1, shares[0] + shares[2], 1e-15);
  }

  @ParameterizedTest
  @EnumSource
  void anEmptySlotAndADeadRankGetNothing(Dispatch dispatch) {
    EpRanks ranks = EpRanks.builder(TWO_RANKS).usableSlots(1, 0).build();
    int[] row = {0, 1, Placement.EMPTY, Placement.EMPTY};
    LayerDispatch solved = LayerDispatch.of(dispatch, TWO_RANKS).solve(row, LOADS, ranks);

    assertEquals(80, solved.peak());
    assertEquals(1, solved.peakToAverage());
    assertArrayEquals(new double[] {1, 1, 0, 0}, shares(solved));
    assertTrue(solved.tight(0));
    assertFalse(solved.tight(1));
  }

  @ParameterizedTest
  @EnumSource
  void oneSolverTakesOneLayerAfterAnother(Dispatch dispatch) {
    Random random = new Random(7);
    RandomLayer one = RandomLayer.draw(random, 1, 1);
    int ranks = 5;
    int slots = 3;
    EpTopology topology = EpTopology.of(9, ranks, 1, 1, slots);
    LayerDispatch again = LayerDispatch.of(dispatch, topology);
    assertEquals(1, one.solve(dispatch).peakToAverage(), 1e-12);
    for (int layer = 0; layer < 200; layer++) {
      int[] row = RandomRows.withEveryExpert(9, ranks * slots, random);
      double[] loads = random.doubles(9, 0, 100).toArray();
      if (layer % 3 == 0) {
        Arrays.fill(loads, 1);
      }
      EpRanks speeds =
          EpRanks.builder(topology).speed(layer % ranks, 0.5 + random.nextDouble()).build();
      LayerDispatch fresh = LayerDispatch.of(dispatch, topology).solve(row, loads, speeds);
      again.solve(row, loads, speeds);
      assertEquals(fresh.peak(), again.peak());
      double[] expected = new double[row.length];
      double[] actual = new double[row.length];
      fresh.copyShares(expected);
      again.copyShares(actual);
      assertArrayEquals(expected, actual);
    }
  }

  @Property(tries = 2_000)
  void evenAgreesWithLayerBalanceToTheBit(@ForAll long seed) {
    RandomLayer layer = RandomLayer.draw(new Random(seed), 12, 6);
    LayerBalance balance = LayerBalance.of(layer.row, layer.loads, layer.ranks);
    LayerDispatch even = layer.solve(Dispatch.EVEN);

    assertEquals(balance, even.balance());
    assertEquals(balance.peakToAverage(), even.peakToAverage());
  }

  @Property(tries = 2_000)
  void lpIsNeverAboveEvenAndSingleNeverBelowLp(@ForAll long seed) {
    RandomLayer layer = RandomLayer.draw(new Random(seed), 20, 8);
    double lp = layer.solve(Dispatch.LP).peak();

    assertTrue(lp <= layer.solve(Dispatch.EVEN).peak() * (1 + 1e-9));
    assertTrue(lp <= layer.solve(Dispatch.SINGLE).peak() * (1 + 1e-9));
  }

  @Property(tries = 1_000)
  void aPowerOfTwoChangesNothingButTheScale(@ForAll long seed) {
    Random random = new Random(seed);
    RandomLayer layer = RandomLayer.draw(random, 12, 6);
    double[] grown = layer.loads.clone();
    int exponent = random.nextInt(1_800) - 900;
    for (int expert = 0; expert < grown.length; expert++) {
      grown[expert] = Math.scalb(grown[expert], exponent);
    }
    for (Dispatch dispatch : Dispatch.values()) {
      LayerDispatch small = layer.solve(dispatch);
      LayerDispatch large =
          LayerDispatch.of(dispatch, layer.ranks.ranks(), layer.ranks.slotsPerRank(), layer.experts)
              .solve(layer.row, grown, layer.ranks);
      assertEquals(Math.scalb(small.peak(), exponent), large.peak());
      assertEquals(small.peakToAverage(), large.peakToAverage());
    }
  }

  @ParameterizedTest
  @EnumSource
  void hugeAndTinyLoadsKeepTheirBalance(Dispatch dispatch) {
    EpRanks ranks = EpRanks.nominal(TWO_RANKS);
    double par = solved(dispatch).peakToAverage();
    LayerDispatch solver = LayerDispatch.of(dispatch, TWO_RANKS);

    assertEquals(
        par, solver.solve(ROW, new double[] {6e300, 2e300, 0}, ranks).peakToAverage(), 1e-9);
    assertEquals(
        par, solver.solve(ROW, new double[] {60e-300, 20e-300, 0}, ranks).peakToAverage(), 1e-9);
    solver.solve(ROW, new double[] {Double.MIN_VALUE, 0, 0}, ranks);
    assertTrue(solver.peak() > 0);
    assertTrue(solver.peakToAverage() >= 1 && solver.peakToAverage() <= 2);
    assertEquals(1, shares(solver)[0] + shares(solver)[2], 1e-15);
    solver.solve(ROW, new double[] {ExpertWorkload.MAX_LAYER_TOTAL, Double.MIN_VALUE, 0}, ranks);
    assertTrue(Double.isFinite(solver.peak()));
  }

  @Test
  void everyExpertEverywhereIsBalancedWhateverTheSpeeds() {
    int ranks = 7;
    EpTopology topology = EpTopology.of(4, ranks, 1, 1, 4);
    int[] row = new int[ranks * 4];
    EpRanks.Builder speeds = EpRanks.builder(topology);
    for (int slot = 0; slot < row.length; slot++) {
      row[slot] = slot % 4;
      speeds.speed(slot / 4, Math.pow(10, slot / 4 - 3));
    }
    LayerDispatch lp =
        LayerDispatch.of(Dispatch.LP, topology)
            .solve(row, new double[] {5, 0, 1e-9, 1e6}, speeds.build());

    assertEquals(1, lp.peakToAverage(), 1e-9);
    for (int rank = 0; rank < ranks; rank++) {
      assertTrue(lp.tight(rank));
    }
  }

  @Test
  void aSolverTakesNoMemoryForALayer() {
    Random random = new Random(3);
    EpTopology topology = EpTopology.of(64, 8, 1, 1, 10);
    int[] row = RandomRows.withEveryExpert(64, 80, random);
    double[] loads = random.doubles(64, 0, 100).toArray();
    EpRanks ranks = EpRanks.nominal(topology);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (Dispatch dispatch : Dispatch.values()) {
      LayerDispatch solver = LayerDispatch.of(dispatch, topology).solve(row, loads, ranks);
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int round = 0; round < 100; round++) {
        solver.solve(row, loads, ranks);
      }
      long taken = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(taken < 100 * 64, () -> dispatch + " took " + taken + " bytes");
    }
  }

  @Test
  void refusesWhatCannotBeDispatched() {
    EpRanks ranks = EpRanks.nominal(TWO_RANKS);
    LayerDispatch lp = LayerDispatch.of(Dispatch.LP, TWO_RANKS);

    Refusal.says(lp::peak, "no layer has been solved yet");
    Refusal.says(() -> lp.solve(new int[3], LOADS, ranks), "I1", "3 slots", "2 ranks × 2 slots");
    Refusal.says(
        () -> lp.solve(ROW, LOADS, EpRanks.nominal(EpTopology.of(3, 4, 1, 1, 1))), "4 ranks");
    Refusal.says(() -> lp.solve(ROW, new double[2], ranks), "3 experts", "2 expert loads");
    Refusal.says(() -> lp.solve(Refusal.nothing(), LOADS, ranks), "the row is null");
    Refusal.says(() -> lp.solve(ROW, Refusal.nothing(), ranks), "the loads is null");
    Refusal.says(() -> lp.solve(ROW, LOADS, Refusal.nothing()), "the ranks is null");
    Refusal.says(
        () -> lp.solve(new int[] {0, 1, 3, 2}, LOADS, ranks), "rank 1, slot 0", "expert 3");
    Refusal.says(() -> lp.solve(new int[] {0, -2, 1, 2}, LOADS, ranks), "expert -2");
    Refusal.says(
        () -> lp.solve(ROW, new double[] {1, Double.NaN, 0}, ranks), "I2", "expert 1 is NaN");
    Refusal.says(() -> lp.solve(ROW, new double[] {1, -1, 0}, ranks), "I2", "-1");
    Refusal.says(() -> lp.solve(ROW, new double[] {1e308, 1e308, 0}, ranks), "I2", "scale");
    Refusal.says(
        () -> lp.solve(new int[] {0, 2, 0, 2}, LOADS, ranks), "P3", "expert 1", "load of 20.0");
    Refusal.says(
        () -> lp.solve(ROW, LOADS, EpRanks.builder(TWO_RANKS).usableSlots(1, 0).build()),
        "rank 1 is dead",
        "expert 0");
    Refusal.says(lp::peakToAverage, "no layer has been solved yet");
    lp.solve(ROW, LOADS, ranks);
    Refusal.says(() -> lp.tight(2), "rank 2 does not exist", "0 to 1");
    Refusal.says(() -> lp.confined(3), "expert 3 does not exist");
    Refusal.says(() -> lp.activated(-1), "rank -1");
    Refusal.says(() -> lp.copyShares(new double[3]), "4 elements", "has 3");
    Refusal.says(() -> lp.copyRankLoads(Refusal.nothing()), "null");
    Refusal.says(() -> LayerDispatch.of(Dispatch.LP, 0, 1, 1), "ranks is 0");
    Refusal.says(() -> LayerDispatch.of(Dispatch.LP, 1, 0, 1), "slots per rank is 0");
    Refusal.says(() -> LayerDispatch.of(Dispatch.LP, 1, 1, 0), "experts is 0");
    Refusal.says(() -> LayerDispatch.of(Refusal.nothing(), 1, 1, 1), "the dispatch is null");
    Refusal.says(() -> LayerDispatch.of(Dispatch.LP, Refusal.nothing()), "the topology is null");
  }
}
