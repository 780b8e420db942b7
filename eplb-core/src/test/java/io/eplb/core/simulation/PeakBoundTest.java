package io.eplb.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
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
    double bound = new PeakBound(experts, ranks, slots).peakToAverage(loads, 0);
    double best = new BruteForce(loads, ranks, slots).best();
    assertTrue(
        bound <= best * (1 + 1e-12),
        bound + " > " + best + " for " + Arrays.toString(loads) + " on " + ranks + " × " + slots);
  }

  @Test
  void theBoundIsReachedWhereOneHotExpertDecides() {
    // Three slots for expert 0 at most: 90 / 3 on a rank that holds nothing else.
    assertEquals(30.0 / 22.75, bound(new double[] {90, 1}, 4, 1), 1e-9);
    assertEquals(30.0 / 22.75, new BruteForce(new double[] {90, 1}, 4, 1).best(), 1e-12);
  }

  @Test
  void theBoundIsReachedWhereTwoHeavyReplicasMustMeet() {
    double[] loads = {10, 10, 10, 1};
    assertEquals(20 / 15.5, bound(loads, 2, 2), 1e-9);
    assertEquals(20 / 15.5, new BruteForce(loads, 2, 2).best(), 1e-12);
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
    return new PeakBound(loads.length, ranks, slots).peakToAverage(loads, 0);
  }

  /** Tries every placement, duplicates on a rank included. */
  private static final class BruteForce {
    private final double[] loads;
    private final int ranks;
    private final int slots;
    private final int[] row;
    private double best = Double.POSITIVE_INFINITY;

    BruteForce(double[] loads, int ranks, int slots) {
      this.loads = loads;
      this.ranks = ranks;
      this.slots = slots;
      this.row = new int[ranks * slots];
    }

    double best() {
      fill(0);
      double mean = Arrays.stream(loads).sum() / ranks;
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
      for (int rank = 0; rank < ranks; rank++) {
        double load = 0.0;
        for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
          load += loads[row[slot]] / counts[row[slot]];
        }
        peak = Math.max(peak, load);
      }
      best = Math.min(best, peak);
    }
  }
}
