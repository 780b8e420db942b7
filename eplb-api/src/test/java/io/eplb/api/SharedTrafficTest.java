package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Balance where replicas get other than equal parts of their expert's traffic. */
class SharedTrafficTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(2, 2, 1, 1, 2);
  private static final EpRanks RANKS = EpRanks.builder(TOPOLOGY).speed(1, 0.5).build();

  @Test
  void sharesThatFollowTheSpeedsBalanceALayer() {
    int[] row = {0, 1, 0, 1};
    double[] loads = {60, 30};
    assertEquals(1.5, LayerBalance.of(row, loads, RANKS).peakToAverage(), 1e-12);
    double[] shares = {2 / 3.0, 2 / 3.0, 1 / 3.0, 1 / 3.0};
    assertEquals(1.0, LayerBalance.of(row, loads, RANKS, shares).peakToAverage(), 1e-12);
  }

  @Test
  void sharesOutOfRangeOrTooFewAreRefused() {
    int[] row = {0, 1, 0, 1};
    double[] loads = {60, 30};
    Refusal.says(
        () -> LayerBalance.of(row, loads, RANKS, new double[] {1, 1.5, 0, 0}),
        "the share of slot 1 is 1.5; it must be between 0 and 1");
    Refusal.says(
        () -> LayerBalance.of(row, loads, RANKS, new double[] {1, Double.NaN, 0, 0}), "NaN");
    Refusal.says(() -> LayerBalance.of(row, loads, RANKS, new double[3]), "a layer's shares");
    Refusal.says(() -> LayerBalance.of(row, loads, RANKS, Refusal.nothing()), "null");
  }

  @Property(tries = 200)
  void equalPartsGiveTheBalanceWithoutShares(
      @ForAll @IntRange(min = 1, max = 6) int ranks,
      @ForAll @IntRange(min = 1, max = 4) int slots,
      @ForAll long seed) {
    Random random = new Random(seed);
    int experts = 1 + random.nextInt(ranks * slots);
    int[] row = RandomRows.withEveryExpert(experts, ranks * slots, random);
    double[] loads = random.doubles(experts, 0, 1e6).toArray();
    double[] shares = new double[row.length];
    for (int slot = 0; slot < row.length; slot++) {
      int count = 0;
      for (int expert : row) {
        count += expert == row[slot] ? 1 : 0;
      }
      shares[slot] = 1.0 / count;
    }
    EpRanks nominal = EpRanks.nominal(EpTopology.of(experts, ranks, 1, 1, slots));
    LayerBalance even = LayerBalance.of(row, loads, nominal);
    LayerBalance given = LayerBalance.of(row, loads, nominal, shares);
    assertEquals(even.mean(), given.mean());
    assertEquals(even.peak(), given.peak(), 1e-9 * even.peak());
  }
}
