package io.eplb.policies.flashlb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.policies.kernel.RankCapacity;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankSumsTest {
  private static final int EXPERTS = 6;

  private final LoadWindow window = new LoadWindow(EXPERTS, 5);
  private final LayerRisk risk = new LayerRisk(EXPERTS, 0.674);

  private RankSums sums(int ranks, int slots) {
    Random random = new Random(11);
    for (int number = 0; number < 5; number++) {
      window.add(random.doubles(EXPERTS, 0.0, 3.0).toArray());
    }
    risk.load(window);
    RankSums sums = new RankSums(risk, RankCapacity.nominal(ranks, slots));
    sums.clear();
    return sums;
  }

  /**
   * Returns the variance of a rank's sum: every variance once and every covariance twice, by
   * shares.
   */
  private double variance(int[] row, int from, int to, int[] counts) {
    double variance = 0.0;
    for (int slot = from; slot < to; slot++) {
      for (int other = from; other < to; other++) {
        variance += covariance(row[slot], row[other]) / counts[row[slot]] / counts[row[other]];
      }
    }
    return variance;
  }

  private double covariance(int expert, int other) {
    int observations = risk.observations;
    double sum = 0.0;
    for (int at = 0; at < observations; at++) {
      sum += risk.series[expert * observations + at] * risk.series[other * observations + at];
    }
    return sum / observations;
  }

  @Test
  void theRiskOfARankHasEveryVarianceOnceAndEveryCovarianceTwice() {
    RankSums sums = sums(2, 4);
    int[] row = {0, 1, 2, 3, 4, 5, 0, 1};
    int[] counts = {2, 2, 1, 1, 1, 1};
    sums.load(counts, row);
    for (int rank = 0; rank < 2; rank++) {
      double deviation = Math.sqrt(variance(row, rank * 4, rank * 4 + 4, counts));
      assertEquals(deviation, sums.deviations[rank], 1e-12);
      assertEquals(sums.means[rank] + 0.674 * deviation, sums.risk(rank), 1e-12);
    }
  }

  @Test
  void addingReplicasOneByOneEqualsSummingThemUp() {
    RankSums sums = sums(1, 3);
    int[] counts = {3, 1, 1, 1, 1, 1};
    int[] row = {0, 2, 5};
    for (int slot = 0; slot < 3; slot++) {
      double foretold = sums.deviationWith(0, row[slot], counts[row[slot]]);
      sums.add(0, row[slot], counts[row[slot]]);
      assertEquals(foretold, sums.deviations[0], 1e-12);
    }
    assertEquals(Math.sqrt(variance(row, 0, 3, counts)), sums.deviations[0], 1e-12);
  }

  @Test
  void theRiskAfterAnExchangeIsPredicted() {
    RankSums sums = sums(1, 3);
    int[] counts = {1, 1, 2, 1, 1, 1};
    int[] row = {0, 1, 2};
    sums.load(counts, row);
    double foretold = sums.riskWith(0, 4, 1, 2, 2);
    row[2] = 4;
    sums.load(counts, row);
    assertEquals(sums.risk(0), foretold, 1e-12);
  }

  @Test
  void expertsThatMoveOppositelyCancelOut() {
    LoadWindow opposite = new LoadWindow(2, 2);
    opposite.add(new double[] {0.5, 1.5});
    opposite.add(new double[] {1.5, 0.5});
    LayerRisk both = new LayerRisk(2, 1.0);
    both.load(opposite);
    RankSums sums = new RankSums(both, RankCapacity.nominal(1, 2));
    sums.load(new int[] {1, 1}, new int[] {0, 1});
    assertEquals(2.0, sums.risk(0), 1e-15);
    assertEquals(1.0, sums.meanPeakToAverage(), 1e-15);
  }
}
