package io.eplb.policies.ascend;

/**
 * What a plan of {@code swift} transfers and reaches in every layer, beside what the classic
 * procedure would: over all layers it must neither transfer more nor be balanced worse. Each layer
 * is written by one thread; the balance is drawn after all.
 */
final class TransferLedger {
  /** More than what rounding does to a sum of ratios. */
  private static final double ROUNDING = 1e-12;

  private final int[] moved;
  private final int[] classic;
  private final double[] ratio;
  private final double[] classicRatio;

  TransferLedger(int layers) {
    this.moved = new int[layers];
    this.classic = new int[layers];
    this.ratio = new double[layers];
    this.classicRatio = new double[layers];
  }

  /**
   * Records a layer.
   *
   * @param moved the transfers of the planned row, at most {@code classic} unless that is 0
   * @param classic those of the classic row, 0 if the layer would stay as it is
   * @param ratio peak ÷ mean of the planned row
   * @param classicRatio that of the classic row
   */
  void record(int layer, int moved, int classic, double ratio, double classicRatio) {
    this.moved[layer] = moved;
    this.classic[layer] = classic;
    this.ratio[layer] = ratio;
    this.classicRatio[layer] = classicRatio;
  }

  /** Returns how much more is transferred in all than by the classic procedure; 0 if no more. */
  int surplus() {
    long surplus = 0;
    for (int layer = 0; layer < moved.length; layer++) {
      surplus += moved[layer] - classic[layer];
    }
    return (int) Math.max(0, surplus);
  }

  /**
   * Returns the layer to save transfers in if there is a surplus: of those that the classic
   * procedure leaves as they are, the one that gains the least per transfer.
   */
  int leastWorth(LayerGain gain) {
    int least = -1;
    for (int layer = 0; layer < moved.length; layer++) {
      if (classic[layer] == 0
          && moved[layer] > 0
          && (least < 0 || gain.share(layer) / moved[layer] < gain.share(least) / moved[least])) {
        least = layer;
      }
    }
    return least;
  }

  /** Returns what a layer's planned row transfers. */
  int moved(int layer) {
    return moved[layer];
  }

  /** Returns whether the layers are balanced worse on average than by the classic procedure. */
  boolean worse() {
    double sum = 0.0;
    double classicSum = 0.0;
    for (int layer = 0; layer < ratio.length; layer++) {
      sum += ratio[layer];
      classicSum += classicRatio[layer];
    }
    return sum > classicSum * (1.0 - ROUNDING);
  }

  /** Returns whether a layer is balanced worse than by the classic procedure. */
  boolean worse(int layer) {
    return ratio[layer] > classicRatio[layer];
  }
}
