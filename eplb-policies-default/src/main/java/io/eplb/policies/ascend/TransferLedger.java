package io.eplb.policies.ascend;

/**
 * What a plan of {@code swift} transfers in every layer, beside what the classic procedure would:
 * in all, never more, unless that one would leave every layer as it is. Each layer is written by
 * one thread; the balance is drawn after all.
 */
final class TransferLedger {
  private final int[] moved;
  private final int[] classic;

  TransferLedger(int layers) {
    this.moved = new int[layers];
    this.classic = new int[layers];
  }

  /**
   * Records a layer.
   *
   * @param moved the transfers of the planned row, at most {@code classic} unless that is 0
   * @param classic those of the classic row, 0 if the layer would stay as it is
   */
  void record(int layer, int moved, int classic) {
    this.moved[layer] = moved;
    this.classic[layer] = classic;
  }

  /**
   * Returns a layer to leave as it is because too much is transferred in all: of those that the
   * classic procedure leaves as they are, the one that gains the least per transfer.
   *
   * @return −1 if nothing is too much
   */
  int surplus(LayerGain gain) {
    long allowed = 0;
    long spent = 0;
    int least = -1;
    for (int layer = 0; layer < moved.length; layer++) {
      allowed += classic[layer];
      spent += moved[layer];
      if (classic[layer] == 0
          && moved[layer] > 0
          && (least < 0 || gain.share(layer) / moved[layer] < gain.share(least) / moved[least])) {
        least = layer;
      }
    }
    return allowed > 0 && spent > allowed ? least : -1;
  }

  /** Takes note that a layer stays as it is. */
  void keep(int layer) {
    moved[layer] = 0;
  }
}
