package io.eplb.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import java.util.Arrays;
import java.util.Random;
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
      @ForAll long seed) {
    int experts = Math.min(most, ranks * slots);
    Random random = new Random(seed);
    double[] loads = new double[experts];
    for (int expert = 0; expert < experts; expert++) {
      loads[expert] = random.nextInt(random.nextBoolean() ? 5 : 100);
    }
    double bound = bound(loads, ranks, slots);
    double best = new BruteForce(loads, equal(ranks, slots)).best();
    assertTrue(
        bound <= best * (1 + 1e-12),
        bound + " > " + best + " for " + Arrays.toString(loads) + " on " + ranks + " × " + slots);
  }

  @Property(tries = 500)
  void noPlacementOnUnequalRanksIsBetterThanTheBound(
      @ForAll @IntRange(min = 1, max = 4) int ranks,
      @ForAll @IntRange(min = 1, max = 6) int most,
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
    double bound = new PeakBound(experts, unequal).peakToAverage(loads, 0);
    double best = new BruteForce(loads, unequal).best();
    assertTrue(bound <= best * (1 + 1e-12), bound + " > " + best + " on " + unequal);
  }

  @Test
  void theBoundIsReachedWhereAHotExpertNeedsTheFastRank() {
    // Whoever holds both heavy replicas: 20 on the fast rank, or one of 10 on the slow one.
    double[] loads = {10, 10};
    EpRanks fast = EpRanks.builder(EpTopology.of(2, 2, 1, 1, 1)).speed(0, 4).speed(1, 0.5).build();
    assertEquals((10 / 0.5) / (20 / 4.5), new PeakBound(2, fast).peakToAverage(loads, 0), 1e-9);
    assertEquals((10 / 0.5) / (20 / 4.5), new BruteForce(loads, fast).best(), 1e-12);
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
    double bound = new PeakBound(loads.length, builder.build()).peakToAverage(loads, 0);
    assertTrue(bound >= 1.0 && bound < 2.0, String.valueOf(bound));
  }

  @Test
  void theBoundIsReachedWhereOneHotExpertDecides() {
    // Three slots for expert 0 at most: 90 / 3 on a rank that holds nothing else.
    assertEquals(30.0 / 22.75, bound(new double[] {90, 1}, 4, 1), 1e-9);
    assertEquals(30.0 / 22.75, new BruteForce(new double[] {90, 1}, equal(4, 1)).best(), 1e-12);
  }

  @Test
  void theBoundIsReachedWhereTwoHeavyReplicasMustMeet() {
    double[] loads = {10, 10, 10, 1};
    assertEquals(20 / 15.5, bound(loads, 2, 2), 1e-9);
    assertEquals(20 / 15.5, new BruteForce(loads, equal(2, 2)).best(), 1e-12);
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
    return new PeakBound(loads.length, equal(ranks, slots)).peakToAverage(loads, 0);
  }

  private static EpRanks equal(int ranks, int slots) {
    return EpRanks.nominal(EpTopology.of(1, ranks, 1, 1, slots));
  }

  /** Tries every placement, duplicates on a rank included. */
  private static final class BruteForce {
    private final double[] loads;
    private final EpRanks ranks;
    private final int[] row;
    private double best = Double.POSITIVE_INFINITY;

    BruteForce(double[] loads, EpRanks ranks) {
      this.loads = loads;
      this.ranks = ranks;
      this.row = new int[ranks.physicalUsable()];
    }

    double best() {
      fill(0);
      double mean = Arrays.stream(loads).sum() / ranks.totalSpeed();
      return mean == 0.0 ? 1.0 : best / mean;
    }

    private void fill(int slot) {
      if (slot == row.length) {
        measure();
        return;
      }
      for (int expert = 0; expert < loads.length; expert++) {
        row[slot] = expert;
        fill(slot + 1);
      }
    }

    private void measure() {
      int[] counts = new int[loads.length];
      for (int expert : row) {
        counts[expert]++;
      }
      if (Arrays.stream(counts).min().orElse(0) == 0) {
        return;
      }
      double peak = 0.0;
      int slot = 0;
      for (int rank = 0; rank < ranks.ranks(); rank++) {
        double load = 0.0;
        for (int end = slot + ranks.usableSlots(rank); slot < end; slot++) {
          load += loads[row[slot]] / counts[row[slot]];
        }
        peak = Math.max(peak, load / ranks.speed(rank));
      }
      best = Math.min(best, peak);
    }
  }
}
