package io.eplb.api.dispatch;

/** The division of a layer's tokens by one dispatch. */
interface Split {
  /** Writes shares and tokens of every slot of a layer that was read. */
  void split(Layer layer);

  /** Marks the ranks that decide the peak of a layer that was split and measured. */
  default void markTight(Layer layer) {
    layer.markPeakRanks();
  }
}
