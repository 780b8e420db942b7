package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LayerBalanceTest {
  @Test
  void measuresPeakOverMeanOfTheRanks() {
    LayerBalance balance = LayerBalance.of(new int[] {0, 1, 0, 2}, new double[] {4, 3, 5}, 2);

    assertEquals(7, balance.peak());
    assertEquals(6, balance.mean());
    assertEquals(7.0 / 6, balance.peakToAverage());
    assertEquals(6.0 / 7, balance.balancedness(), 1e-15);
    assertFalse(balance.idle());
  }

  @Test
  void callsALayerWithoutLoadIdleAndEven() {
    LayerBalance balance = LayerBalance.of(new int[] {0, 1}, new double[2], 2);

    assertTrue(balance.idle());
    assertEquals(1.0, balance.peakToAverage());
    assertEquals(1.0, balance.balancedness());
  }

  @Test
  void staysFiniteWhereSharesOrTheMeanUnderflow() {
    double least = Double.MIN_VALUE;
    LayerBalance twoReplicasOnOneRank = LayerBalance.of(new int[] {0, 0}, new double[] {least}, 1);
    LayerBalance manyRanks = LayerBalance.of(new int[] {0, 1, 2}, new double[] {least, 0, 0}, 3);

    assertEquals(1.0, twoReplicasOnOneRank.peakToAverage());
    assertFalse(twoReplicasOnOneRank.idle());
    assertTrue(Double.isFinite(manyRanks.peakToAverage()));
    assertFalse(manyRanks.idle());
  }

  @Test
  void measuresOneLayerOfATable() {
    ExpertTable table = ExpertTable.initial(2, EpTopology.of(2, 2, 1, 1, 1));

    assertEquals(1.5, LayerBalance.of(table, 1, new double[] {3, 1}).peakToAverage());
    Refusal.says(() -> LayerBalance.of(table, 2, new double[2]), "layer 2 does not exist");
    Refusal.says(() -> LayerBalance.of(table, 0, new double[3]), "I1", "3 expert loads", "2");
    Refusal.says(() -> LayerBalance.of(Refusal.nothing(), 0, new double[3]), "table is null");
    Refusal.says(() -> LayerBalance.of(table, 0, Refusal.nothing()), "loads is null");
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    Refusal.says(() -> LayerBalance.of(new int[3], new double[1], 2), "2 ranks do not divide");
    Refusal.says(() -> LayerBalance.of(new int[0], new double[1], 1), "row of 0 slots");
    Refusal.says(() -> LayerBalance.of(new int[1], new double[1], 0), "ranks is 0");
    Refusal.says(() -> LayerBalance.of(new int[] {2}, new double[2], 1), "expert 2", "0 to 1");
    Refusal.says(() -> LayerBalance.of(new int[1], new double[0], 1), "expert 0", "none");
    Refusal.says(() -> LayerBalance.of(new int[1], new double[] {Double.NaN}, 1), "I2", "NaN");
    Refusal.says(() -> LayerBalance.of(new int[1], new double[] {-1}, 1), "I2", "expert 0 is -1");
    Refusal.says(
        () -> LayerBalance.of(new int[] {0, 1}, new double[] {1e308, 1e308}, 1), "I2", "scale");
    Refusal.says(() -> LayerBalance.ofPeak(1, 2), "impossible");
    Refusal.says(() -> LayerBalance.ofPeak(Double.NaN, 0), "impossible");
    Refusal.says(() -> LayerBalance.ofPeak(Double.POSITIVE_INFINITY, 0), "impossible");
    Refusal.says(() -> LayerBalance.ofPeak(1, -1), "impossible");
  }

  @Test
  void takesPercentilesByNearestRank() {
    double[] values = {5, 1, 4, 2, 3};

    assertEquals(1, LayerBalance.percentile(values, 1));
    assertEquals(1, LayerBalance.percentile(values, 20));
    assertEquals(2, LayerBalance.percentile(values, 21));
    assertEquals(3, LayerBalance.percentile(values, 50));
    assertEquals(5, LayerBalance.percentile(values, 95));
    assertEquals(5, LayerBalance.percentile(values, 100));
    assertEquals(5, values[0]);
    assertEquals(7, LayerBalance.percentile(new double[] {7}, 1));
    Refusal.says(() -> LayerBalance.percentile(values, 0), "percent is 0", "1 and 100");
    Refusal.says(() -> LayerBalance.percentile(values, 101), "percent is 101");
    Refusal.says(() -> LayerBalance.percentile(new double[0], 50), "at least one value");
    Refusal.says(() -> LayerBalance.percentile(new double[] {1, Double.NaN}, 50), "NaN");
  }

  @Property(tries = 200)
  void agreesWithTheDefinitionForEveryRow(
      @ForAll @IntRange(min = 1, max = 6) int experts,
      @ForAll @IntRange(min = 1, max = 6) int ranks,
      @ForAll long seed) {
    Random random = new Random(seed);
    int slotsPerRank = (experts + ranks - 1) / ranks + random.nextInt(3);
    int[] row = RandomRows.withEveryExpert(experts, ranks * slotsPerRank, random);
    double[] loads = random.ints(experts, 1, 1000).asDoubleStream().toArray();
    double[] rankLoads = new double[ranks];
    double total = 0;
    for (int expert = 0; expert < experts; expert++) {
      int replicas = 0;
      for (int held : row) {
        replicas += held == expert ? 1 : 0;
      }
      for (int slot = 0; slot < row.length; slot++) {
        rankLoads[slot / slotsPerRank] += row[slot] == expert ? loads[expert] / replicas : 0;
      }
      total += loads[expert];
    }
    double peak = 0;
    for (double load : rankLoads) {
      peak = Math.max(peak, load);
    }

    LayerBalance balance = LayerBalance.of(row, loads, ranks);
    assertEquals(peak, balance.peak(), peak * 1e-12);
    assertEquals(total / ranks, balance.mean(), total * 1e-12);
    assertTrue(balance.peakToAverage() >= 1.0);
    assertTrue(balance.peakToAverage() <= ranks * (1 + 1e-12));
  }
}
