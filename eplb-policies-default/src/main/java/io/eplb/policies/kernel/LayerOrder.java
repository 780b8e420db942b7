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
    FallingOrder.sort(order, 0, changed, gains);
    return order;
  }
}
