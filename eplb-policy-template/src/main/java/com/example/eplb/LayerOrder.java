package com.example.eplb;

import java.util.Comparator;
import java.util.stream.IntStream;

/** The order in which layers are switched over: one after the other, the most profitable first. */
final class LayerOrder {
  private LayerOrder() {}

  /**
   * Returns the layers that gain anything, by falling gain. The sort is stable: equal gains stay in
   * the order of layers, and the answer is the same on every run (rule P7).
   */
  static int[] mostProfitableFirst(double[] gains) {
    return IntStream.range(0, gains.length)
        .filter(layer -> gains[layer] > 0.0)
        .boxed()
        .sorted(Comparator.comparingDouble(layer -> -gains[layer]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
