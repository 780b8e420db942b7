package io.eplb.policies.kernel;

/** The order in which changed layers are worth updating. */
public final class LayerOrder {
  private LayerOrder() {}

  /**
   * Lists layers by gain, largest first, the lower layer first among equals.
   *
   * @param gains by layer; NaN where the layer is not changed
   */
  public static int[] byGain(double[] gains) {
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
