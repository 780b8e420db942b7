package io.eplb.policies.deepseek;

import java.util.Arrays;

/**
 * Finds by exhaustion how well 16 experts can be placed on two nodes of two ranks of five slots,
 * the experts of each node given and no expert twice on a rank: two of a node's eight are on both
 * ranks, the other six divided three to three.
 */
final class TwoRankNodes {
  private TwoRankNodes() {}

  static double bestPeakToAverage(int[] row, double[] loads) {
    double mean = Arrays.stream(loads).sum() / 4;
    double peak = Math.max(bestPeak(expertsOf(row, 0), loads), bestPeak(expertsOf(row, 10), loads));
    return mean == 0.0 ? 1.0 : peak / mean;
  }

  private static int[] expertsOf(int[] row, int from) {
    return Arrays.stream(row, from, from + 10).distinct().toArray();
  }

  private static double bestPeak(int[] experts, double[] loads) {
    double best = Double.POSITIVE_INFINITY;
    for (int both = 0; both < 1 << 8; both++) {
      if (Integer.bitCount(both) == 2) {
        for (int first = 0; first < 1 << 8; first++) {
          if ((first & both) == 0 && Integer.bitCount(first) == 3) {
            best = Math.min(best, peak(experts, loads, both, first));
          }
        }
      }
    }
    return best;
  }

  private static double peak(int[] experts, double[] loads, int both, int first) {
    double one = 0.0;
    double other = 0.0;
    for (int index = 0; index < experts.length; index++) {
      double load = loads[experts[index]];
      if ((both >> index & 1) == 1) {
        one += load / 2;
        other += load / 2;
      } else if ((first >> index & 1) == 1) {
        one += load;
      } else {
        other += load;
      }
    }
    return Math.max(one, other);
  }
}
