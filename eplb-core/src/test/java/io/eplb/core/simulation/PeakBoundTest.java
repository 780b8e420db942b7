package io.eplb.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.Placement;
import io.eplb.api.dispatch.LayerDispatch;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PeakBoundTest {
  @Property(tries = 300)
  void noPlacementIsBetterThanTheBound(
      @ForAll @IntRange(min = 1, max = 3) int ranks,
      @ForAll @IntRange(min = 1, max = 2) int slots,
      @ForAll @IntRange(min = 1, max = 6) int most,
      @ForAll Dispatch dispatch,
      @ForAll long seed) {
    int experts = Math.min(most, ranks * slots);
    Random random = new Random(seed);
    double[] loads = new double[experts];
    for (int expert = 0; expert < experts; expert++) {
      loads[expert] = random.nextInt(random.nextBoolean() ? 5 : 100);
    }
    EpRanks equal = equal(ranks, slots);
    double bound = new PeakBound(experts, equal, dispatch).peakToAverage(loads, 0);
    double best = new BruteForce(loads, equal, dispatch).best();
    assertTrue(
        bound <= best * (1 + 1e-9),
        bound + " > " + best + " for " + Arrays.toString(loads) + " on " + ranks + " × " + slots);
  }

  @Property(tries = 500)
  void noPlacementOnUnequalRanksIsBetterThanTheBound(
      @ForAll @IntRange(min = 1, max = 4) int ranks,
      @ForAll @IntRange(min = 1, max = 6) int most,
      @ForAll Dispatch dispatch,
      @ForAll long seed) {
    Random random = new Random(seed);
    EpRanks.Builder builder = equal(ranks, 3).toBuilder();
    double[] speeds = {0.25, 0.5, 1.0, 1.0, 2.0, 0.3};
    int left = 6;
    for (int rank = 0; rank < ranks; rank++) {
      int usable = rank == ranks - 1 ? Math.min(3, left) : random.nextInt(Math.min(3, left) + 1);
      left -= usable;
      builder.usableSlots(rank, usable).speed(rank, speeds[random.nextInt(speeds.length)]);
    }
    EpRanks unequal = builder.build();
    Assume.that(unequal.physicalUsable() > 0);
    int experts = Math.min(most, unequal.physicalUsable());
    double[] loads = new double[experts];
    for (int expert = 0; expert < experts; expert++) {
      loads[expert] = random.nextInt(random.nextBoolean() ? 5 : 100);
    }
    double bound = new PeakBound(experts, unequal, dispatch).peakToAverage(loads, 0);
    double best = new BruteForce(loads, unequal, dispatch).best();
    assertTrue(bound <= best * (1 + 1e-9), bound + " > " + best + " on " + unequal);
  }

  @Test
  void theBoundIsReachedWhereAHotExpertNeedsTheFastRank() {
    // Whoever holds both heavy replicas: 20 on the fast rank, or one of 10 on the slow one.
    double[] loads = {10, 10};
    EpRanks fast = EpRanks.builder(EpTopology.of(2, 2, 1, 1, 1)).speed(0, 4).speed(1, 0.5).build();
    assertEquals(
        (10 / 0.5) / (20 / 4.5),
        new PeakBound(2, fast, Dispatch.EVEN).peakToAverage(loads, 0),
        1e-9);
    assertEquals((10 / 0.5) / (20 / 4.5), new BruteForce(loads, fast, Dispatch.EVEN).best(), 1e-12);
  }

  @Test
  void manySpeedsStayWithinTheMean() {
    EpRanks.Builder builder = equal(300, 8).toBuilder();
    for (int rank = 0; rank < 300; rank++) {
      builder.speed(rank, 0.5 + rank / 300.0);
    }
    double[] loads = new double[2000];
    Arrays.fill(loads, 1.0);
    loads[7] = 4000.0;
    double bound =
        new PeakBound(loads.length, builder.build(), Dispatch.EVEN).peakToAverage(loads, 0);
    assertTrue(bound >= 1.0 && bound < 2.0, String.valueOf(bound));
  }

  @Test
  void theBoundIsReachedWhereOneHotExpertDecides() {
    // Three slots for expert 0 at most: 90 / 3 on a rank that holds nothing else.
    assertEquals(30.0 / 22.75, bound(new double[] {90, 1}, 4, 1), 1e-9);
    assertEquals(
        30.0 / 22.75,
        new BruteForce(new double[] {90, 1}, equal(4, 1), Dispatch.EVEN).best(),
        1e-12);
  }

  @Test
  void theBoundIsReachedWhereTwoHeavyReplicasMustMeet() {
    double[] loads = {10, 10, 10, 1};
    assertEquals(20 / 15.5, bound(loads, 2, 2), 1e-9);
    assertEquals(20 / 15.5, new BruteForce(loads, equal(2, 2), Dispatch.EVEN).best(), 1e-12);
  }

  @Test
  void theBoundOfEachDispatchIsReached() {
    // Four slots: one spare. An even split has 10 and 5 on a rank; lp sends all of one expert's
    // tokens where it likes; whole experts meet in pairs.
    double[] loads = {10, 10, 10};
    double mean = 15;
    assertEquals(15 / mean, bound(loads, 2, 2, Dispatch.LP), 1e-9);
    assertEquals(20 / mean, bound(loads, 2, 2, Dispatch.SINGLE), 1e-9);
    // A single hot expert on three of four ranks at most.
    double[] hot = {90, 1};
    assertEquals(30 / 22.75, bound(hot, 4, 1, Dispatch.LP), 1e-9);
    assertEquals(90 / 22.75, bound(hot, 4, 1, Dispatch.SINGLE), 1e-9);
    for (Dispatch dispatch : Dispatch.values()) {
      double best = new BruteForce(hot, equal(4, 1), dispatch).best();
      assertEquals(best, bound(hot, 4, 1, dispatch), 1e-9);
    }
  }

  @Test
  void evenLoadsAndIdleLayersAreBoundByOne() {
    assertEquals(1.0, bound(new double[] {3, 3, 3, 3}, 2, 2));
    assertEquals(1.0, bound(new double[] {0, 0, 0, 0}, 2, 2));
  }

  @Test
  void tinyAndHugeLoadsDoNotBreakIt() {
    double tiny = bound(new double[] {Double.MIN_VALUE, 0, 0}, 3, 1);
    assertTrue(tiny >= 1.0 && tiny <= 3.0);
    double huge = bound(new double[] {Double.MAX_VALUE / 8, 1, 1}, 3, 1);
    assertEquals(3.0, huge, 1e-6);
  }

  private static double bound(double[] loads, int ranks, int slots) {
    return bound(loads, ranks, slots, Dispatch.EVEN);
  }

  private static double bound(double[] loads, int ranks, int slots, Dispatch dispatch) {
    return new PeakBound(loads.length, equal(ranks, slots), dispatch).peakToAverage(loads, 0);
  }

  private static EpRanks equal(int ranks, int slots) {
    return EpRanks.nominal(EpTopology.of(1, ranks, 1, 1, slots));
  }

  /** Tries every placement, duplicates on a rank included. */
  private static final class BruteForce {
    private final double[] loads;
    private final EpRanks ranks;
    private final LayerDispatch dispatch;
    private final int[] row;
    private double best = Double.POSITIVE_INFINITY;

    BruteForce(double[] loads, EpRanks ranks, Dispatch dispatch) {
      this.loads = loads;
      this.ranks = ranks;
      this.dispatch = LayerDispatch.of(dispatch, ranks.ranks(), ranks.slotsPerRank(), loads.length);
      this.row = new int[ranks.ranks() * ranks.slotsPerRank()];
    }

    double best() {
      Arrays.fill(row, Placement.EMPTY);
      fill(0);
      return best;
    }

    private void fill(int slot) {
      if (slot == row.length) {
        if (IntStream.range(0, loads.length).allMatch(expert -> holds(expert))) {
          best = Math.min(best, dispatch.solve(row, loads, ranks).peakToAverage());
        }
        return;
      }
      if (slot % ranks.slotsPerRank() >= ranks.usableSlots(slot / ranks.slotsPerRank())) {
        fill(slot + 1);
        return;
      }
      for (int expert = 0; expert < loads.length; expert++) {
        row[slot] = expert;
        fill(slot + 1);
      }
    }

    private boolean holds(int expert) {
      return Arrays.stream(row).anyMatch(held -> held == expert);
    }
  }
}
