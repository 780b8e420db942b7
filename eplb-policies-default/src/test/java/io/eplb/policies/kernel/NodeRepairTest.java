package io.eplb.policies.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NodeRepairTest {
  @Test
  void aDuplicateIsExchangedForAnExpertOfAboutTheSameLoad() {
    int[] row = {0, 0, 1, 2, 3, 1};
    double[] loads = {20, 22, 11, 8};
    repair(row, loads, 3, 100.0);
    assertEquals(0, duplicates(row, 2));
    assertArrayEquals(new int[] {2, 2, 1, 1}, counts(row, 4), "an exchange keeps the counts");
  }

  @Test
  void anExchangeThatWouldRaiseThePeakIsNotMade() {
    int[] row = {0, 0, 1, 2, 3, 4};
    double[] loads = {20, 10, 10, 12, 8};
    repair(row, loads, 3, 20.0);
    assertEquals(0, duplicates(row, 2));
    assertTrue(peak(row, loads, 2) <= 20.0, Arrays.toString(row));
  }

  /** An answer without duplicates exists for any row, and is found. */
  @Property
  void noDuplicateIsLeftWhereARankHasNoMoreSlotsThanThereAreExperts(
      @ForAll @IntRange(min = 1, max = 6) int ranks,
      @ForAll @IntRange(min = 1, max = 6) int slots,
      @ForAll @IntRange(max = 8) int more,
      @ForAll @IntRange(max = 3) int limitPercent,
      @ForAll long seed) {
    Random random = new Random(seed);
    int experts = Math.min(slots + more, ranks * slots);
    double[] loads = new double[experts];
    for (int expert = 0; expert < experts; expert++) {
      loads[expert] = random.nextInt(4) * Math.rint(100 * Math.exp(2 * random.nextGaussian()));
    }
    int[] row = new int[ranks * slots];
    for (int slot = 0; slot < row.length; slot++) {
      row[slot] = slot < experts ? slot : random.nextInt(experts);
    }
    repair(row, loads, ranks, limitPercent * 40.0);
    assertEquals(0, duplicates(row, slots));
    assertTrue(Arrays.stream(counts(row, experts)).allMatch(count -> count >= 1));
  }

  @Property
  void loweringThePeakNeverRaisesItNorLosesAnExpert(
      @ForAll @IntRange(min = 2, max = 6) int ranks,
      @ForAll @IntRange(min = 1, max = 6) int slots,
      @ForAll long seed) {
    Random random = new Random(seed);
    int experts = Math.max(slots, ranks * slots * 2 / 3);
    double[] loads = new double[experts];
    for (int expert = 0; expert < experts; expert++) {
      loads[expert] = Math.rint(100 * Math.exp(random.nextGaussian()));
    }
    int[] row = new int[ranks * slots];
    for (int slot = 0; slot < row.length; slot++) {
      row[slot] = slot % experts;
    }
    double before = peak(row, loads, slots);
    NodeShape shape = new NodeShape(1, 1, experts, ranks, slots);
    ReferencePlacement layer = layer(shape, row, loads);
    new NodeRepair(shape).refine(layer, 0, loads, 0.0);
    System.arraycopy(layer.localRow, 0, row, 0, row.length);
    assertTrue(peak(row, loads, slots) <= before);
    assertEquals(0, duplicates(row, slots));
    assertTrue(Arrays.stream(counts(row, experts)).allMatch(count -> count >= 1));
  }

  private static void repair(int[] row, double[] loads, int ranks, double limit) {
    NodeShape shape = new NodeShape(1, 1, loads.length, ranks, row.length / ranks);
    ReferencePlacement layer = layer(shape, row, loads);
    new NodeRepair(shape).repair(layer, 0, loads, limit);
    System.arraycopy(layer.localRow, 0, row, 0, row.length);
  }

  private static ReferencePlacement layer(NodeShape shape, int[] row, double[] loads) {
    ReferencePlacement layer = new ReferencePlacement(shape, false);
    System.arraycopy(row, 0, layer.localRow, 0, row.length);
    Arrays.setAll(layer.logicalOf, expert -> expert);
    LoadScale.narrow(loads, loads.length, layer.loads);
    return layer;
  }

  private static int[] counts(int[] row, int experts) {
    int[] counts = new int[experts];
    for (int expert : row) {
      counts[expert]++;
    }
    return counts;
  }

  private static int duplicates(int[] row, int slots) {
    int duplicates = 0;
    for (int first = 0; first < row.length; first += slots) {
      duplicates += slots - (int) Arrays.stream(row, first, first + slots).distinct().count();
    }
    return duplicates;
  }

  private static double peak(int[] row, double[] loads, int slots) {
    int[] counts = counts(row, loads.length);
    double peak = 0.0;
    for (int first = 0; first < row.length; first += slots) {
      double load = 0.0;
      for (int slot = first; slot < first + slots; slot++) {
        load += loads[row[slot]] / counts[row[slot]];
      }
      peak = Math.max(peak, load);
    }
    return peak;
  }
}
