package io.eplb.policies.deepseek;

import java.util.Arrays;

/**
 * What a new row gains over the current one: the relative fall of the layer's peak, measured like
 * {@link io.eplb.api.LayerBalance} but without allocating.
 */
final class LayerGain {
  private LayerGain() {}

  /**
   * Returns the load of the hottest rank.
   *
   * @param row physical slots × logical experts, rank by rank
   * @param loads by logical expert
   * @param slotsPerRank slots of one rank
   * @param counts scratch by expert
   * @param shares result: load per replica by expert
   */
  static double peak(int[] row, double[] loads, int slotsPerRank, int[] counts, double[] shares) {
    Arrays.fill(counts, 0);
    for (int slot = 0; slot < row.length; slot++) {
      counts[row[slot]]++;
    }
    for (int expert = 0; expert < loads.length; expert++) {
      shares[expert] = loads[expert] / counts[expert];
    }
    double peak = 0.0;
    for (int first = 0; first < row.length; first += slotsPerRank) {
      double load = 0.0;
      for (int slot = first; slot < first + slotsPerRank; slot++) {
        load += shares[row[slot]];
      }
      peak = Math.max(peak, load);
    }
    return peak;
  }

  /**
   * Lists layers by gain, largest first, the lower layer first among equals.
   *
   * @param gains by layer; NaN where the layer is not changed
   */
  static int[] order(double[] gains) {
    int changed = 0;
    for (int layer = 0; layer < gains.length; layer++) {
      changed += Double.isNaN(gains[layer]) ? 0 : 1;
    }
    int[] order = new int[changed];
    int size = 0;
    for (int layer = 0; layer < gains.length; layer++) {
      if (!Double.isNaN(gains[layer])) {
        order[size++] = layer;
      }
    }
    mergeSort(order, new int[changed], gains);
    return order;
  }

  private static void mergeSort(int[] layers, int[] spare, double[] gains) {
    for (int width = 1; width < layers.length; width *= 2) {
      for (int from = 0; from < layers.length; from += 2 * width) {
        int middle = Math.min(from + width, layers.length);
        int to = Math.min(from + 2 * width, layers.length);
        int left = from;
        int right = middle;
        for (int at = from; at < to; at++) {
          boolean takeLeft =
              right == to || (left < middle && gains[layers[left]] >= gains[layers[right]]);
          spare[at] = takeLeft ? layers[left++] : layers[right++];
        }
      }
      System.arraycopy(spare, 0, layers, 0, layers.length);
    }
  }
}
